#!/usr/bin/env bash
# Configures and builds mlc in build/release, as CI does.
set -euo pipefail
cd "$(dirname "$0")/.."
options=()
command -v ccache >/dev/null &&
  options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
# Precompiled headers and ccache agree only with these.
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
cmake --preset release "${options[@]}"
cmake --build build/release
