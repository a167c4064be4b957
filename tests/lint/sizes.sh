#!/bin/sh
# A file has at most 500 lines, a function at most 60 and a cyclomatic complexity of at most 12.
set -eu
cd "$(dirname "$0")/../.."

long=$(git ls-files -co --exclude-standard '*.c' '*.h' '*.mjs' '*.js' '*.sh' '*.lua' '*.css' | xargs wc -l |
  awk '$2 != "total" && $1 > 500 { print $2 ": " $1 " lines" }')
# pmccabe's columns: complexity, the same without cases, statements, first line, lines, FILE(LINE): NAME
measured=$(pmccabe src/*/*.c cgi-bin/*.c tests/unit/*/*.c tests/store/*.c tests/support/*.c tests/fuzz/*.c tests/load/*.c)
tall=$(printf '%s\n' "$measured" | awk '$5 > 60 { print $6 " " $7 ": " $5 " lines" }')
tangled=$(printf '%s\n' "$measured" | awk '$1 > 12 { print $6 " " $7 ": complexity " $1 }')
# The page's functions, which pmccabe cannot read.
page=$(git ls-files -co --exclude-standard 'www/*.mjs' | xargs node tests/lint/functions.mjs)

found=$long$tall$tangled$page
[ -z "$found" ] || { printf '%s\n' "$long" "$tall" "$tangled" "$page" | grep .; exit 1; }
