# Statistics of small samples, for the scripts here: awk -f stats.awk -f more.awk. tests/tools/bench_test
# has the hand calculations.

# Sorts a[1..n].
function sort(a, n,   i, j, t) {
  for (i = 2; i <= n; ++i)
    for (j = i; j > 1 && a[j - 1] > a[j]; --j) { t = a[j]; a[j] = a[j - 1]; a[j - 1] = t }
}

# The middle of a[1..n], which it sorts, or the mean of the two in the middle.
function median(a, n) {
  sort(a, n)
  return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2
}
