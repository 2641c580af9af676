#!/usr/bin/env bash
# Sets everything up on a fresh Debian 12, then does the main job on the
# example: compiles the digit classifier, shows its graph before and after, and
# reads a digit.
set -euo pipefail
cd "$(dirname "$0")"
scripts/install-dependencies.sh
scripts/build.sh

mlc=build/release/bin/mlc
echo
echo "== examples/digits/digits.mlmodel: layers in the file"
$mlc inspect examples/digits/digits.mlmodel --layers
echo
echo "== the same as kernels, each with the layers it computes"
$mlc compile examples/digits/digits.mlmodel -o build/digits.mlcbundle --report
echo
echo "== the digit in examples/digits/seven.png, with its probability"
$mlc run build/digits.mlcbundle -i image=examples/digits/seven.png
