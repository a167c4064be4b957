#!/bin/sh
# A file has at most 500 lines; a function of ours at most 60, and a complexity of at most 15.
set -eu
cd "$(dirname "$0")/../.."
git ls-files '*.c' '*.h' '*.lua' '*.mjs' '*.sh' '*.css' | xargs wc -l | awk '$2 != "total" && $1 > 500 { print; bad = 1 } END { exit bad }'
# pmccabe: complexity, its other count, statements, first line, lines, file: name
pmccabe src/*/*.c cgi-bin/*.c | awk '$1 > 15 || $5 > 60 { print; bad = 1 } END { exit bad }'
