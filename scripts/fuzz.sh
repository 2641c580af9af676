#!/usr/bin/env bash
# Runs the fuzz targets of build/sanitize (cmake --preset sanitize), each for
# SECONDS (60), all or those that are named:
#
#     scripts/fuzz.sh [SECONDS [NAME...]]
#
# What was found to be interesting is kept in build/sanitize/fuzz/NAME/corpus
# for the next run, an input that failed in build/sanitize/fuzz/NAME/failures.
# MLC_FUZZ_BUILD names another build folder, MLC_FUZZ_JOBS how many processes a
# target gets (1).
set -uo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
shift || true
build=${MLC_FUZZ_BUILD:-build/sanitize}
names=("$@")
if [ ${#names[@]} -eq 0 ]; then
  for program in "$build"/bin/fuzz-*; do
    [ -x "$program" ] || continue
    program=$(basename "$program")
    names+=("${program#fuzz-}")
  done
fi
if [ ${#names[@]} -eq 0 ]; then
  echo "fuzz: no targets in $build; configure with cmake --preset sanitize" >&2
  exit 1
fi

python=$(sed -n 's/^_\?Python3_EXECUTABLE:[A-Z]*=//p' "$build/CMakeCache.txt" | head -n 1)
# Short stacks of allocations are twice as fast; run an input that failed again
# for the whole of them.
export ASAN_OPTIONS=malloc_context_size=3:${ASAN_OPTIONS:-}
status=0
for name in "${names[@]}"; do
  folder=$build/fuzz/$name
  source=test/Fuzz/$name
  mkdir -p "$folder/corpus" "$folder/failures"
  if [ -e "$source/seeds.py" ] && [ ! -d "$folder/seeds" ]; then
    "${python:-python3}" "$source/seeds.py" "$folder/seeds.part" &&
      mv "$folder/seeds.part" "$folder/seeds" || exit 1
  fi
  mkdir -p "$folder/seeds"
  options=()
  [ -e "$source/options" ] && mapfile -t options <"$source/options"
  [ "${MLC_FUZZ_JOBS:-1}" -gt 1 ] && options+=("-fork=$MLC_FUZZ_JOBS")
  "$build/bin/fuzz-$name" "${options[@]}" "-max_total_time=$seconds" \
    "-artifact_prefix=$folder/failures/" -print_final_stats=1 \
    "$folder/corpus" "$folder/seeds" >"$folder/log" 2>&1
  if [ $? -eq 0 ]; then
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$folder/log")
    echo "fuzz: $name: ${runs:-?} inputs in $seconds s, no failure"
  else
    tail -n 60 "$folder/log"
    echo "fuzz: $name failed; the input is in $folder/failures" >&2
    status=1
  fi
done
exit $status
