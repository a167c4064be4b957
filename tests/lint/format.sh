#!/bin/sh
# clang-format decides the layout; `make format` does it.
set -eu
cd "$(dirname "$0")/../.."
git ls-files 'src/*.[ch]' 'cgi-bin/*.c' 'tests/*.[ch]' | xargs clang-format --dry-run -Werror
