#!/bin/sh
# No unfinished marks, no tabs in C, no trailing blanks, no folders of somebody's machine.
set -eu
cd "$(dirname "$0")/../.."
status=0

# refuse WHAT PATTERN FILES...: no line of these files may match.
refuse() {
  what=$1 pattern=$2
  shift 2
  if git grep -nIP --untracked "$pattern" -- "$@" ':!tests/lint/text.sh'; then
    echo "  ^ $what"
    status=1
  fi
}

refuse 'an unfinished mark' '\b(TODO|FIXME|XXX|HACK)\b' .
refuse 'a tab' '\t' '*.c' '*.h' '*.lua' '*.mjs' '*.css' '*.sh'
refuse 'a trailing blank' '[ \t]+$' . ':!tests/fuzz/corpus'
refuse 'a path of one machine' '(?<![\w.])/(work|home/\w+|root)/' .
exit $status
