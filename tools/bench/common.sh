# What run and memory share. Sourced, with $root set to the top of the source tree.

build="$root/build/bench"

fail() {
  echo "${0##*/}: $*" >&2
  exit 2
}

# Builds perfleak and the programs here, optimised, into $build.
build_all() {
  cmake -S "$root" -B "$build" -DCMAKE_BUILD_TYPE=Release -DPERFLEAK_TESTS=OFF \
    -DPERFLEAK_TOOLS=ON >"$work/build.txt" 2>&1 &&
    cmake --build "$build" --target perfleak make_log peak_memory >>"$work/build.txt" 2>&1 || {
    tail -20 "$work/build.txt" >&2
    fail "the build failed"
  }
  perfleak=$(find "$build" -name perfleak -type f -perm -u+x | head -1)
  make_log="$build/tools/bench/make_log"
  peak_memory="$build/tools/bench/peak_memory"
}

# measure COMMAND...: prints "SECONDS KILOBYTES" of one run. perfleak's exit 1 means suspects found.
measure() {
  local status=0
  "$peak_memory" "$work/usage" "$@" >/dev/null || status=$?
  [ "$status" -le 1 ] || fail "exit $status from: $*"
  cat "$work/usage"
}
