#!/usr/bin/env bash
# Configures and builds mlc in build/release, as CI does, or in build/PRESET:
#
#     scripts/build.sh [PRESET]
#
# CMakePresets.json has the presets.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}
options=()
command -v ccache >/dev/null &&
  options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
# Precompiled headers and ccache agree only with these.
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
cmake --preset "$preset" "${options[@]}"
cmake --build "build/$preset"
