#!/bin/sh
# What protects the release programs: position independent, no lazy binding, no executable stack, stack
# protector, checked library calls; and every object of ours is marked for control flow protection (the
# linker drops the mark from the program, since Debian's start files lack it).
set -eu
cd "$(dirname "$0")/../.."
build=${1-build/release}
status=0

complain() {
  echo "$*"
  status=1
}

# has FILE WHAT PATTERN READELF-OPTIONS...
has() {
  file=$1 what=$2 pattern=$3
  shift 3
  readelf -W "$@" "$file" | grep -Eq "$pattern" || complain "$file: no $what"
}

for program in "$build"/bin/*; do
  has "$program" 'position independent code' 'Type: +DYN' -h
  has "$program" 'read-only relocations' 'GNU_RELRO' -l
  has "$program" 'immediate binding' 'BIND_NOW|FLAGS_1.*NOW' -d
  has "$program" 'stack that cannot be executed' 'GNU_STACK .* RW ' -l
  has "$program" 'stack protector' '__stack_chk_fail' --dyn-syms
  has "$program" 'checked library calls' '__(mem|str|v?s?n?printf|v?fprintf|read|fdelt)[a-z]*_chk' --dyn-syms
done
if [ "$(uname -m)" = x86_64 ]; then
  for object in "$build"/src/*/*.o; do
    has "$object" 'control flow protection' 'IBT, SHSTK' -n
  done
fi
exit $status
