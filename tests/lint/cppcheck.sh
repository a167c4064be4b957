#!/bin/sh
# cppcheck over our C files. Library headers are unknown to it (missingIncludeSystem), and so are the
# macros of uthash, which assign what it calls uninitialised in src/hub.
set -eu
cd "$(dirname "$0")/../.."
cppcheck --quiet -j "$(nproc)" --std=c11 --enable=warning,performance,portability --inline-suppr \
  --error-exitcode=1 --suppress=missingIncludeSystem --suppress='uninitvar:src/hub/*' \
  -D_GNU_SOURCE -Isrc src cgi-bin
