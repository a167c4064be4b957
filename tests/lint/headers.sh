#!/bin/sh
# Every header compiles alone.
set -eu
cd "$(dirname "$0")/../.."
for header in src/*/*.h; do
  printf '#include "%s"\n' "${header#src/}" | gcc -std=c17 -D_GNU_SOURCE -Isrc -Wall -Wextra -fsyntax-only -x c - || { echo "$header"; exit 1; }
done
