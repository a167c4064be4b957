#!/bin/sh
# The manual is well-formed mdoc.
set -eu
cd "$(dirname "$0")/../.."
said=$(mandoc -T lint -W style docs/man/*.1) || { printf '%s\n' "$said"; exit 1; }
