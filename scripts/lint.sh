#!/usr/bin/env bash
# Checks the form of the sources: clang-format over all of them, clang-tidy
# (.clang-tidy says which checks) over the files given, or with --all over every
# file that is compiled. Needs a configured and built build/release, whose
# precompiled header halves the time.
#
#   scripts/lint.sh                  format only
#   scripts/lint.sh --all            and clang-tidy, about 15 minutes on 2 cores
#   scripts/lint.sh lib/Tool/Run.cpp ...
set -euo pipefail
cd "$(dirname "$0")/.."

git ls-files '*.cpp' '*.h' | xargs clang-format-22 --dry-run --Werror

[ $# -gt 0 ] || exit 0
files=("$@")
if [ "$1" = --all ]; then
  mapfile -t files < <(git ls-files 'lib/*.cpp' 'tools/*.cpp')
fi
printf '%s\n' "${files[@]}" |
  xargs -P "$(nproc)" -n 4 clang-tidy-22 --quiet --warnings-as-errors='*' \
    -p build/release
