# shellcheck shell=bash disable=SC2034,SC2154  # used and set by those that source it
# What the scripts here share. Sourced, with $root set to the top of the source tree.

build=""    # --build: programs that are there already; else they are built in build/bench
write=no    # --write: tables go to docs/performance.md, not to stdout
keep=no     # --keep: the logs stay
runs=5

fail() {
  echo "${0##*/}: $*" >&2
  exit 2
}

note() { echo "${0##*/}: $*" >&2; }

# take_common_option ARGUMENTS...: sets $taken to how many of them it took, 0 for none.
take_common_option() {
  taken=1
  case "$1" in
    --write) write=yes ;;
    --keep) keep=yes ;;
    --runs | --build)
      [ $# -ge 2 ] || fail "$1 wants a value"
      [ "$1" = --runs ] && runs=$2
      [ "$1" = --build ] && build=$(realpath "$2")
      taken=2 ;;
    *) taken=0 ;;
  esac
  [[ $runs =~ ^[1-9][0-9]*$ ]] || fail "--runs needs a number above 0"
}

# Makes $work, a folder that goes with the script unless --keep was given.
make_work() {
  work=$(mktemp -d "${TMPDIR:-/tmp}/perfleak-bench.XXXXXX")
  trap leave_work EXIT
}
leave_work() {
  if [ "$keep" = yes ]; then note "kept $work"; else rm -rf "$work"; fi
}

run_build() {  # [TARGET...]
  cmake -S "$root" -B "$build" -DCMAKE_BUILD_TYPE=Release -DPERFLEAK_TESTS=OFF \
    -DPERFLEAK_TOOLS=ON &&
    cmake --build "$build" -j "$(nproc)" --target perfleak make_log peak_memory "$@"
}

# build_all [TARGET...]: builds perfleak, the programs here and the targets, optimised.
build_all() {
  if [ -z "$build" ]; then
    build="$root/build/bench"
    note "building in $build"
    if ! run_build "$@" >"$work/build.txt" 2>&1; then
      tail -20 "$work/build.txt" >&2
      fail "the build failed"
    fi
  fi
  perfleak="$build/src/perfleak"
  make_log="$build/tools/bench/make_log"
  peak_memory="$build/tools/bench/peak_memory"
  local program
  for program in "$perfleak" "$make_log" "$peak_memory"; do
    [ -x "$program" ] || fail "no $program"
  done
}

# bytes_of SIZE: 1G, 600M, 1000 as bytes; units of 1000, as the figures are printed.
bytes_of() { numfmt --from=si "$1" 2>/dev/null || fail "not a size: $1"; }

# measure COMMAND...: prints "SECONDS KILOBYTES" of one run; what it says goes to $said if that is
# set. perfleak's exit 1 means suspects found.
measure() {
  local status=0
  "$peak_memory" "$work/usage" "$@" >"${said:-/dev/null}" || status=$?
  [ "$status" -le 1 ] || fail "exit $status from: $*"
  cat "$work/usage"
}

# analyze LOG [OPTION...]: measures one analysis.
analyze() { measure "$perfleak" analyze "$@" --output /dev/null; }

# median_of COMMAND...: prints "SECONDS KILOBYTES" of $runs runs: the median and the largest.
median_of() {
  local i
  for ((i = 0; i < runs; ++i)); do measure "$@"; done |
    awk "$(cat "$root/tools/bench/stats.awk")"'
      { seconds[NR] = $1; if ($2 > kb) kb = $2 }
      END { print median(seconds, NR), kb }'
}

# take_turns NAME...: $runs rounds in which `run_one NAME` measures each once, on $log where that is
# set; to $work/runs, for table_of.
take_turns() {
  local round name usage
  : >"$work/runs"
  for ((round = 1; round <= runs; ++round)); do
    note "round $round of $runs"
    for name in "$@"; do
      [ -z "${log:-}" ] || cat "$log" >/dev/null  # a virtual machine may have taken it away
      usage=$(run_one "$name")  # a statement of its own: else the script would go on if it fails
      echo "$name $usage" >>"$work/runs"
    done
  done
}

# table_of BYTES LABELS: what take_turns measured, in the order of LABELS (table.awk says what these
# are).
table_of() {
  awk -v bytes="$1" -v labels="$2" -f "$root/tools/bench/stats.awk" \
    -f "$root/tools/bench/table.awk" "$work/runs"
}

# What it was measured on: one line.
machine() {
  local model memory
  model=$(awk -F ': *' '/^model name/ { print $2; exit }' /proc/cpuinfo)
  memory=$(awk '/^MemTotal/ { printf "%.0f GB", $2 * 1024 / 1e9 }' /proc/meminfo)
  echo "$(nproc) cores of ${model:-unknown processor}, $memory, $(uname -sr), $(date +%Y-%m-%d)"
}

# How perfleak was built: "perfleak 0.1.0 (c++ 12.2.0, Release)".
perfleak_version() {
  local cache="$build/CMakeCache.txt" compiler type
  compiler=$(sed -n 's/^CMAKE_CXX_COMPILER:[^=]*=//p' "$cache")
  type=$(sed -n 's/^CMAKE_BUILD_TYPE:[^=]*=//p' "$cache")
  echo "$("$perfleak" --version) ($(basename "$compiler") $("$compiler" -dumpfullversion), $type)"
}

# publish NAME <TABLE: to stdout, or with --write between the marks of NAME in docs/performance.md.
publish() {
  if [ "$write" = no ]; then
    cat
    echo
    return
  fi
  local page="${page:-$root/docs/performance.md}"
  grep -q "^<!-- $1 -->$" "$page" || fail "$page has no mark <!-- $1 -->"
  cat >"$work/table.md"
  awk -v name="$1" -v table="$work/table.md" '
    $0 == "<!-- /" name " -->" { inside = 0 }
    !inside { print }
    $0 == "<!-- " name " -->" {
      inside = 1
      while ((getline line <table) > 0) print line
    }' "$page" >"$work/page.md"
  cat "$work/page.md" >"$page"
  note "wrote $1 to $page"
}
