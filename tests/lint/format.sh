#!/bin/sh
# clang-format decides the layout of C; `make format` applies it.
set -eu
cd "$(dirname "$0")/../.."
git ls-files -co --exclude-standard '*.c' '*.h' | xargs clang-format --dry-run -Werror
