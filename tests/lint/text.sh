#!/bin/sh
# No unfinished marks, no tabs in C, no trailing blanks.
set -eu
cd "$(dirname "$0")/../.."
if git grep -nIE '\b(TODO|FIXME|XXX)\b' -- . ':!tests/lint/text.sh'; then exit 1; fi
if git grep -nIP '\t' -- '*.c' '*.h'; then exit 1; fi
if git grep -nIE ' +$' -- '*.c' '*.h' '*.mjs' '*.lua' '*.sh' '*.css' '*.html'; then exit 1; fi
