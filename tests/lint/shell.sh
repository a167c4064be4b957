#!/bin/sh
# Every shell script passes shellcheck.
set -eu
cd "$(dirname "$0")/../.."
git ls-files -co --exclude-standard '*.sh' '*.bash' .ci/run | xargs shellcheck
