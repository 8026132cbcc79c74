"""Measures `perfleak batch` on an archive of tools/fleet/make. See tools/fleet/measure."""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import answers


class Run:
    """One run of batch: its time, its largest resident set, its report."""

    def __init__(self, perfleak, archive, jobs, store, report):
        self.jobs = jobs
        self.report = report
        command = [perfleak, "batch", archive, "--jobs", str(jobs), "--store", store, "--format", "json",
                   "-o", report]
        started = time.monotonic()
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
            said = process.stderr.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        self.seconds = time.monotonic() - started
        self.cpu_s = usage.ru_utime + usage.ru_stime
        self.peak_mb = usage.ru_maxrss / 1024
        self.status = process.returncode
        # Files that cannot be read are in the archive: whether that is an error is not asked here.
        if not report.exists() or self.status < 0:
            sys.exit(f"exit {self.status} from {' '.join(map(str, command))}\n{said.decode()[-2000:]}")


def store_bytes(store):
    return sum(file.stat().st_size for file in store.parent.glob(store.name + "*"))


def measured(perfleak, archive, rounds, folder):
    """Runs from scratch with one and two jobs in turn, then one where everything is known."""
    runs = {1: [], 2: []}
    for i in range(rounds):
        for jobs in ((1, 2) if i % 2 == 0 else (2, 1)):
            store = folder / f"store-{jobs}.db"
            for file in folder.glob(store.name + "*"):
                file.unlink()
            runs[jobs].append(Run(perfleak, archive, jobs, store, folder / f"report-{jobs}.json"))
    again = Run(perfleak, archive, 2, folder / "store-2.db", folder / "report-again.json")
    return runs, again, store_bytes(folder / "store-2.db")


def median_seconds(runs):
    return statistics.median(run.seconds for run in runs)


def print_times(labels, runs, again, store):
    text_mb = labels["text_bytes"] / 1e6
    print(f"{len(labels['machines'])} machines, {len(labels['logs'])} logs, {text_mb:,.0f} MB of text in "
          f"{labels['stored_bytes'] / 1e6:,.0f} MB, medians of {len(runs[1])} rounds\n")
    rows = []
    for jobs, of_jobs in runs.items():
        seconds = median_seconds(of_jobs)
        times = ", ".join(f"{run.seconds:.1f}" for run in of_jobs)
        rows.append((f"{jobs} job{'s' * (jobs > 1)}", f"{seconds:.2f} s ({times})",
                     f"{statistics.median(run.cpu_s for run in of_jobs):.1f} s",
                     f"{text_mb / seconds:,.0f} MB/s", f"{max(run.peak_mb for run in of_jobs):.1f} MB"))
    rows.append(("all known", f"{again.seconds:.2f} s", f"{again.cpu_s:.1f} s", "",
                 f"{again.peak_mb:.1f} MB"))
    answers.print_table(("run", "time", "of the processor", "text", "memory, peak"), rows)
    print(f"Two jobs are {median_seconds(runs[1]) / median_seconds(runs[2]):.2f} times as fast as one. "
          f"The store has {store / 1e6:,.1f} MB.\n")


def print_small(options, runs, folder):
    """Memory against the number of logs."""
    with open(options.small / "labels.json", encoding="utf-8") as stream:
        labels = json.load(stream)
    folder.mkdir()
    small = Run(options.perfleak, options.small / "archive", 2, folder / "store.db", folder / "report.json")
    large = max(run.peak_mb for run in runs[2])
    print(f"With {len(labels['logs'])} logs it takes {small.peak_mb:.1f} MB, with all of these {large:.1f}: "
          f"{large / small.peak_mb:.2f} times as much.\n")


def comparable(report):
    """A report without what may differ from run to run."""
    with open(report, encoding="utf-8") as stream:
        return json.load(stream)


def check(options, folder):
    with open(options.archive / "labels.json", encoding="utf-8") as stream:
        labels = json.load(stream)
    archive = (options.archive / "archive").resolve()
    runs, again, store = measured(options.perfleak, archive, options.rounds, folder)
    print_times(labels, runs, again, store)
    if options.small:
        print_small(options, runs, folder / "small")
    report = comparable(runs[2][-1].report)
    judged = answers.judge(labels, report)
    for other, name in ((runs[1][-1], "one job"), (again, "the run where all was known")):
        if comparable(other.report) != report:
            judged.problems.append(f"{name}: the report differs from that of two jobs")
    answers.print_answers(judged)
    return judged.missed_share() <= options.most_missed


def main():
    parser = argparse.ArgumentParser(prog="tools/fleet/measure",
                                     description="Measures perfleak batch on an archive.")
    parser.add_argument("archive", type=pathlib.Path, help="what tools/fleet/make wrote")
    parser.add_argument("--small", type=pathlib.Path, help="a smaller archive, to compare memory")
    parser.add_argument("--rounds", type=int, default=3, help="default 3")
    parser.add_argument("--most-missed", type=float, default=.1,
                        help="share of the planted leaks; above it the exit status is 1; default .1")
    parser.add_argument("--perfleak", help="the program; default: built from here")
    parser.add_argument("--keep", type=pathlib.Path, help="folder for stores and reports")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="perfleak-fleet.") as temporary:
        folder = options.keep or pathlib.Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        sys.exit(0 if check(options, folder) else 1)


if __name__ == "__main__":
    main()
