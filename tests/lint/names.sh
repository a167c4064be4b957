#!/bin/sh
# A name says where its code is: what src/FOLDER/FILE.c exports begins with FOLDER_FILE_, in base with
# FILE_, and where folder and file are the same with FOLDER_.
set -eu
cd "$(dirname "$0")/../.."
build=${1-build/release}

objects=$(for file in src/*/*.c; do printf '%s\n' "$build/${file%.c}.o"; done)
# shellcheck disable=SC2086 # words
nm -A -g --defined-only $objects | awk '
  {
    symbol = $NF
    sub(/:.*/, "")
    n = split($0, part, "/")
    folder = part[n - 1]
    file = part[n]
    sub(/\.o$/, "", file)
    prefix = (folder == "base" || folder == file) ? file : folder "_" file
    if (symbol != prefix && index(symbol, prefix "_") != 1) {
      print "src/" folder "/" file ".c exports " symbol ", which does not begin with " prefix "_"
      bad++
    }
  }
  END {
    if (!NR) print "no symbol was looked at"
    exit (bad || !NR)
  }'
