#!/bin/sh
# gcc's static analyser over src: any finding fails.
set -eu
cd "$(dirname "$0")/../.."
for source in src/*/*.c; do
  gcc -std=c17 -D_GNU_SOURCE -Isrc -include src/base/banned.h -fno-strict-aliasing -O1 -fanalyzer -Werror -c -o /dev/null "$source" || exit 1
done
