#!/bin/sh
# clang-tidy over our C files, with the checks of .clang-tidy.
set -eu
cd "$(dirname "$0")/../.."
# Its own count of what it left out in system headers goes to stderr; shown where something is wrong.
run() { clang-tidy --quiet "$1" -- -std=c17 -D_GNU_SOURCE -Isrc -fno-strict-aliasing; }
if [ $# = 1 ]; then
  out=$(run "$1" 2>&1) || { printf '%s\n' "$out"; exit 1; }
else
  printf '%s\n' src/*/*.c cgi-bin/*.c | xargs -P "$(nproc)" -n 1 sh "$0"
fi
