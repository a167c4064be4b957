#!/bin/sh
# A name says where its code is: what src/FOLDER/FILE.c exports begins with FOLDER_FILE_, in base
# with FILE_, and where folder and file are the same with FOLDER_. So does what a header declares as a
# type, an enumerator or a macro: with FOLDER_, in base with a FILE of base.
set -eu
cd "$(dirname "$0")/../.."
build=${1-build/release}
status=0
seen=0

complain() {
  printf '%s\n' "$*"
  status=1
}

for file in src/*/*.c; do
  object=$build/${file%.c}.o
  [ -e "$object" ] || { complain "$object is not built"; continue; }
  folder=$(basename "$(dirname "$file")")
  name=$(basename "$file" .c)
  case $folder in
  base | "$name") prefix=$name ;;
  *) prefix=${folder}_$name ;;
  esac
  seen=$((seen + 1))
  for symbol in $(nm -g --defined-only --format=just-symbols "$object"); do
    case $symbol in
    "$prefix" | "$prefix"_*) ;;
    *) complain "$file exports $symbol, which does not begin with ${prefix}_" ;;
    esac
  done
done
[ $seen -gt 0 ] || complain "no object was looked at"
exit $status
