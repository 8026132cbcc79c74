#!/usr/bin/env python3
"""planted_leaks_test.py PERFLEAK MAKE_LOG: of the logs that speed is measured with, the analysis
finds the planted leaks and nothing else, and has nothing to say about their data."""
import json
import subprocess
import sys

TWO_DAYS = ["--interval", "60", "--rows", "2880"]


def run(command, text=None):
    return subprocess.run(command, input=text, stdout=subprocess.PIPE, check=True).stdout


def check(perfleak, make_log, shape, seed):
    make = [make_log, "--shape", shape, "--seed", str(seed)]
    planted = sorted(run(make + ["--leaks"]).decode().split("\n")[:-1])
    log = run(make + TWO_DAYS)
    report = json.loads(run([perfleak, "analyze", "-", "--format", "json"], log))
    found = sorted(suspect["growth_in"]["path"] for suspect in report["suspects"])
    assert planted and found == planted, f"{shape}, seed {seed}: {found} instead of {planted}"
    assert not report["diagnostics"], f"{shape}, seed {seed}: {report['diagnostics']}"


def main(perfleak, make_log):
    for seed in (1, 2, 3):
        check(perfleak, make_log, "narrow", seed)
    check(perfleak, make_log, "process", 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
