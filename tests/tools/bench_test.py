#!/usr/bin/env python3
"""What the scripts of tools/bench compute, against hand calculations."""
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCH = ROOT / "tools" / "bench"
HEAD = "| | seconds | GB/s | times the first | range | memory |\n|---|---|---|---|---|---|\n"


def awk(*arguments, text=""):
    return subprocess.run(["awk", *arguments], input=text, capture_output=True, text=True, check=False)


def bash(script, *arguments):
    return subprocess.run(["bash", "-c", f"set -euo pipefail; root={ROOT}; . {BENCH}/common.sh; {script}",
                           "bash", *arguments], capture_output=True, text=True, check=False)


class Statistics(unittest.TestCase):
    def median(self, numbers):
        program = (BENCH / "stats.awk").read_text() + "{ a[NR] = $1 } END { print median(a, NR) }"
        return awk(program, text="".join(f"{number}\n" for number in numbers)).stdout.strip()

    def test_the_median_is_the_middle_number_or_the_mean_of_the_two_in_the_middle(self):
        self.assertEqual(self.median([3]), "3")
        self.assertEqual(self.median([10, 9, 2]), "9")  # as text 10 would be the first
        self.assertEqual(self.median([4, 1, 3, 2]), "2.5")
        self.assertEqual(self.median([0.5, 0.25, 0.125, 8, 2]), "0.5")


class Table(unittest.TestCase):
    def table(self, labels, runs):
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(labels)
            file.flush()
            return awk("-v", "bytes=1000000000", "-v", f"labels={file.name}", "-f", BENCH / "stats.awk",
                       "-f", BENCH / "table.awk", text=runs).stdout

    def test_a_ratio_is_that_of_the_same_round(self):
        # wc takes 0.1, 0.2, 0.4 s; the other 1.0, 1.0, 1.2 s: 10, 5 and 3 times, so 5 in the middle.
        # Its median is 1.0 s: 1 GB/s. The most memory is 2000 KiB = 2.048 MB.
        runs = "wc 0.1 1000\nx 1.0 2000\nwc 0.2 1000\nx 1.0 1500\nwc 0.4 1000\nx 1.2 1000\n"
        self.assertEqual(self.table("wc\t`wc -l`\nx\tthe other\n", runs), HEAD +
                         "| `wc -l` | 0.200 | 5.00 | 1.00 | 1.00 to 1.00 | 1.0 MB |\n"
                         "| the other | 1.000 | 1.00 | 5.00 | 3.00 to 10.00 | 2.0 MB |\n")

    def test_what_was_not_run_is_in_the_table_and_says_why(self):
        self.assertEqual(self.table("wc\twc\ny\tsome peer\tnot installed\n", "wc 0.5 1000\n"), HEAD +
                         "| wc | 0.500 | 2.00 | 1.00 | 1.00 to 1.00 | 1.0 MB |\n"
                         "| some peer | not installed | | | | |\n")

    def test_the_first_that_was_run_is_the_floor(self):
        self.assertEqual(self.table("a\ta\tnot installed\nb\tb\n", "b 0.5 1000\n"), HEAD +
                         "| a | not installed | | | | |\n"
                         "| b | 0.500 | 2.00 | 1.00 | 1.00 to 1.00 | 1.0 MB |\n")


class Check(unittest.TestCase):
    def check(self, now):
        with tempfile.TemporaryDirectory() as folder:
            baseline, counted = (pathlib.Path(folder) / name for name in ("baseline", "now"))
            baseline.write_text("k\tread\t1000\nk\tjudge\t2000\nother\tread\t1\n")
            counted.write_text(now)
            return awk("-F", "\t", "-v", "key=k", "-f", BENCH / "check.awk", baseline, counted)

    def test_up_to_5_percent_more_pass(self):
        result = self.check("read\t1050\njudge\t2000\n")
        self.assertEqual(result.returncode, 0)
        self.assertIn("+5.0 %", result.stdout)

    def test_more_fails_and_says_how_to_record_it(self):
        result = self.check("read\t1051\njudge\t2000\n")
        self.assertEqual(result.returncode, 1)
        self.assertIn("+5.1 %  more than 5 % above", result.stdout)
        self.assertIn("--record", result.stdout)

    def test_fewer_pass_and_say_how_to_record_them(self):
        result = self.check("read\t500\njudge\t2000\n")
        self.assertEqual(result.returncode, 0)
        self.assertIn("-50.0 %", result.stdout)
        self.assertIn("--record", result.stdout)

    def test_a_new_stage_passes_and_one_that_was_not_counted_fails(self):
        self.assertEqual(self.check("read\t1000\njudge\t2000\nnew\t7\n").returncode, 0)
        result = self.check("read\t1000\n")
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stdout, "judge +not counted")


class Common(unittest.TestCase):
    def test_a_table_is_written_between_its_marks_and_nowhere_else(self):
        page_text = "a\n<!-- x -->\nold\n<!-- /x -->\nb\n<!-- y -->\nold\n<!-- /y -->\n"
        with tempfile.TemporaryDirectory() as folder:
            page = pathlib.Path(folder) / "performance.md"
            page.write_text(page_text)
            script = 'write=yes page=$1 work=$2; publish x <<<$\'new\\nlines\'; '
            self.assertEqual(bash(script, page, folder).returncode, 0)
            self.assertEqual(page.read_text(), page_text.replace("old", "new\nlines", 1))
            self.assertEqual(bash(script.replace("publish x", "publish z"), page, folder).returncode, 2)

    def test_sizes_are_in_units_of_1000(self):
        self.assertEqual(bash("bytes_of 1G; bytes_of 1.5M; bytes_of 7").stdout, "1000000000\n1500000\n7\n")
        self.assertEqual(bash("bytes_of lots").returncode, 2)

    def test_a_number_of_runs_is_above_0(self):
        self.assertEqual(bash('take_common_option --runs 3; echo "$runs $taken"').stdout, "3 2\n")
        self.assertEqual(bash("take_common_option --runs 0").returncode, 2)
        self.assertEqual(bash('take_common_option --shape; echo "$taken"').stdout, "0\n")


class Peers(unittest.TestCase):
    def test_the_lock_file_names_no_registry(self):
        lock = (BENCH / "peers" / "package-lock.json").read_text()
        self.assertNotIn("://", lock)
        self.assertNotIn('"resolved"', lock)
        self.assertIn('"integrity"', lock)


if __name__ == "__main__":
    unittest.main()
