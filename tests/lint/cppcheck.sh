#!/bin/sh
# cppcheck's warnings, performance and portability checks over our code.
set -eu
cd "$(dirname "$0")/../.."
cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
  --suppress=missingIncludeSystem --suppress=uninitvar:src/hub/*  -D_GNU_SOURCE -Isrc src cgi-bin
