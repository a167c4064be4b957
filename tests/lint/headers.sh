#!/bin/sh
# Every header compiles alone, and its guard is its path.
set -eu
cd "$(dirname "$0")/../.."
if [ $# = 0 ]; then
  printf '%s\n' src/*/*.h | xargs -P "$(nproc)" -n 1 sh "$0"
  exit
fi
name=${1#src/}
guard=$(printf %s "$name" | tr 'a-z/.' 'A-Z__')
printf '#include "%s"\n' "$name" | gcc -std=c17 -D_GNU_SOURCE -Isrc -Wall -Wextra -Werror -fsyntax-only -x c - ||
  { echo "$1 does not compile alone"; exit 1; }
head -n 2 "$1" | tr '\n' ' ' | grep -qx "#ifndef $guard #define $guard " ||
  { echo "$1 does not begin with its guard, $guard"; exit 1; }
