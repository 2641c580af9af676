#!/usr/bin/env bash
# Installs what mlc is built and tested with from Debian's packages, if it is
# missing. On macOS: brew install llvm protobuf ninja cmake libpng jpeg-turbo
set -euo pipefail

packages=(
  # building
  cmake ninja-build clang-22 lld-22 llvm-22-dev llvm-22-tools libmlir-22-dev
  mlir-22-tools protobuf-compiler libprotobuf-dev libpng-dev
  libjpeg62-turbo-dev libseccomp-dev zlib1g-dev libzstd-dev libxml2-dev libffi-dev
  ccache
  # testing
  python3 python3-numpy python3-pil python3-protobuf python3-jsonschema libgtest-dev
  xxhash clang-format-22 clang-tidy-22 libclang-rt-22-dev
)

if ! command -v apt-get >/dev/null; then
  echo "install-dependencies: no apt-get here; see README.md" >&2
  exit 1
fi
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null |
    grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

sudo=
[ "$(id -u)" -eq 0 ] || sudo=sudo
$sudo apt-get update -q
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -q -y \
  --no-install-recommends "${missing[@]}"
