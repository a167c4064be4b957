#!/bin/sh
# Every claim of docs/SECURITY.md names tests, `file: name`, and each of them is there.
set -eu
cd "$(dirname "$0")/../.."
page=docs/SECURITY.md
status=0

# The numbers of the claims go up by one, and a claim without a test is none.
grep -E '^\| S[0-9]+ \|' "$page" | awk -F'|' '
  { gsub(/ /, "", $2); n++ }
  $2 != "S" n { print "docs/SECURITY.md: " $2 " where S" n " belongs"; bad = 1 }
  !/`tests\/[^`]*: [^`]*`/ { print "docs/SECURITY.md: " $2 " names no test"; bad = 1 }
  END { if (n == 0) { print "docs/SECURITY.md has no claims"; bad = 1 } exit bad }' || status=1

# shellcheck disable=SC2016 # these backticks are Markdown's
grep -oE '`tests/[^`]*`' "$page" | tr -d '`' | sort -u >"${TMPDIR:-/tmp}/claims.$$"
trap 'rm -f "${TMPDIR:-/tmp}/claims.$$"' EXIT
while IFS= read -r named; do
  file=${named%%: *}
  name=${named#*: }
  if [ ! -f "$file" ]; then
    echo "docs/SECURITY.md: there is no $file"
    status=1
  elif [ "$file" != "$named" ] && ! grep -qF -- "$name" "$file"; then
    echo "docs/SECURITY.md: $file has no test \"$name\""
    status=1
  fi
done <"${TMPDIR:-/tmp}/claims.$$"
exit $status
