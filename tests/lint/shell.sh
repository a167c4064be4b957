#!/bin/sh
# shellcheck over every shell script.
set -eu
cd "$(dirname "$0")/../.."
git ls-files '*.sh' .ci/run | xargs shellcheck
