#!/usr/bin/env bash
# Checks the form of the sources: clang-format over all of them, and clang-tidy
# (.clang-tidy says which checks) over those that are named. clang-tidy needs a
# configured and built build/release, and ten seconds a file.
#
#   scripts/lint.sh                  format only
#   scripts/lint.sh --changed        and clang-tidy over the files that were
#                                    changed last, as CI does
#   scripts/lint.sh --all            and over all, half an hour on two cores
#   scripts/lint.sh lib/Tool/Run.cpp ...
set -euo pipefail
cd "$(dirname "$0")/.."

kChanged=30

git ls-files '*.cpp' '*.h' | xargs clang-format-22 --dry-run --Werror
[ $# -gt 0 ] || exit 0

sources() { git ls-files 'lib/*.cpp' 'tools/*.cpp'; }
changed() {
  git log --format= --name-only | awk '!seen[$0]++' |
    { grep -xFf <(sources) || true; } | awk -v most="$kChanged" 'NR <= most'
}

case $1 in
--changed) mapfile -t files < <(changed) ;;
--all) mapfile -t files < <(sources) ;;
*) files=("$@") ;;
esac
printf '%s\n' "${files[@]}" |
  xargs -r -P "$(nproc)" -n 4 clang-tidy-22 --quiet --warnings-as-errors='*' \
    -p build/release
