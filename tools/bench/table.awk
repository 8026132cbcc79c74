# Runs in turn to a table: awk -v bytes=N -v labels=FILE -f stats.awk -f table.awk RUNS
#
# RUNS has a line "NAME SECONDS KILOBYTES" per run, LABELS a line "NAME<tab>WHAT TO CALL IT" per
# competitor, in the order of the table, or "NAME<tab>CALL<tab>WHY IT WAS NOT RUN". The first
# competitor that was run is the floor: another's ratio in a round is its time over the floor's in the same round,
# and the table has the median of these and their range.
{
  n = ++count[$1]
  seconds[$1, n] = $2
  if ($3 > kb[$1]) kb[$1] = $3
}

END {
  print "| | seconds | GB/s | times the first | range | memory |"
  print "|---|---|---|---|---|---|"
  while ((getline line <labels) > 0) {
    split(line, label, "\t")
    if (label[3] == "" && floor_name == "") floor_name = label[1]
    if (label[3] != "") printf "| %s | %s | | | | |\n", label[2], label[3]
    else print_row(label[1], label[2])
    delete label
  }
}

function print_row(name, call,   i, n, own, ratio, middle, times) {
  n = count[name]
  for (i = 1; i <= n; ++i) {
    own[i] = seconds[name, i]
    ratio[i] = seconds[name, i] / seconds[floor_name, i]
  }
  middle = median(own, n)
  times = median(ratio, n)
  printf "| %s | %.3f | %.2f | %.2f | %.2f to %.2f | %.1f MB |\n", call, middle,
    bytes / middle / 1e9, times, ratio[1], ratio[n], kb[name] * 1024 / 1e6
}
