# Recorded counts against those of now: awk -F '\t' -v key=KEY -f check.awk BASELINE NOW
#
# BASELINE has lines "KEY<tab>STAGE<tab>COUNT", NOW "STAGE<tab>COUNT". Exits 1 if a stage takes over
# 5 % more, or if one was not counted.
BEGIN { most = 1.05; print "stage                         recorded          now    change" }

FNR == NR {
  if ($1 == key) { recorded[$2] = $3; left[$2] = 1 }
  next
}

{
  delete left[$1]
  if (!($1 in recorded)) {
    printf "%-26s %11s %12d    not recorded\n", $1, "", $2
    next
  }
  ratio = $2 / recorded[$1]
  printf "%-26s %11d %12d  %+6.1f %%%s\n", $1, recorded[$1], $2, (ratio - 1) * 100,
    (ratio > most) ? "  more than 5 % above" : ""
  if (ratio > most) bad = 1
  if (ratio < 1 / most) faster = 1
}

END {
  for (stage in left) { printf "%-26s not counted\n", stage; bad = 1 }
  if (faster) print "Fewer than recorded: tools/bench/check --record makes that the baseline."
  if (bad) print "If that is meant, tools/bench/check --record makes it the baseline."
  exit bad
}
