"""What is true of simulated logs, and what perfleak said of them."""

import dataclasses
import json
import pathlib
import re
import subprocess


@dataclasses.dataclass
class Series:
    """One labelled series and the verdict on it."""

    log: str
    grid: str
    family: str
    held_out: bool
    label: str  # leak, healthy, ambiguous
    path: str
    image: str  # empty for counters of the machine
    unit: str
    slope_per_hour: float
    has_load: bool
    held_by_rule: bool  # short without load, or restarts without process ids
    verdict: str = "none"  # leak, watch, explained, steady; none: not judged
    reason: str = ""
    slope: float = float("nan")
    slope_low: float = float("nan")
    slope_high: float = float("nan")
    trend: dict | None = None  # the line of --all: gates, caps, score


def simulate(sim, command, seed, out, *more):
    subprocess.run([sim, command, "--seed", str(seed), "--out", str(out), *more], check=True,
                   stdout=subprocess.DEVNULL)


def analyze(perfleak, log, *more):
    """The JSON report on one log."""
    done = subprocess.run([perfleak, "analyze", str(log), "--all", "--format", "json", *more],
                          capture_output=True, check=True)
    return json.loads(done.stdout)


def labels_of(folder):
    """(path of the log, its labels) for every log in the folder."""
    for file in sorted(pathlib.Path(folder, "labels").glob("*.json")):
        with open(file, encoding="utf-8") as stream:
            yield pathlib.Path(folder, file.stem + ".csv"), json.load(stream)


def _component(path):
    match = re.search(r"\\Process\((.*?)(#\d+)?\)\\", path)
    return match.group(1) if match else ""


def read_series(perfleak, folder):
    """Runs perfleak over all logs of single series; yields a Series for each label."""
    for log, labels in labels_of(folder):
        report = analyze(perfleak, log)
        suspects = {}
        for suspect in report["suspects"]:
            for growth in [suspect["growth_in"], *suspect["also_growing"]]:
                suspects[growth["path"].lower()] = (suspect, growth)
                image = _component(growth["path"])
                if image:
                    suspects.setdefault(image.lower(), (suspect, growth))
        explained = {one["path"].lower(): one["reason"] for one in report["explained"]}
        trends = {}
        for line in report["trends"]:
            for key in (line["paths"][-1].lower(), _component(line["paths"][-1]).lower()):
                if key and (key not in trends or "lives" in line or line["n"] > trends[key]["n"]):
                    if key in trends and "lives" in trends[key] and "lives" not in line:
                        continue
                    trends[key] = line
        for column in labels["columns"]:
            yield _judged(column, labels, log.name, suspects, explained, trends)


def _judged(column, labels, log, suspects, explained, trends):
    image = column.get("image") or ""
    series = Series(
        log=log, grid=labels["grid"], family=column["family"],
        held_out=column["set"] == "held-out", label=column["label"], path=column["path"],
        image=image, unit=column["unit"], slope_per_hour=column["slope_per_hour"],
        has_load=labels["has_load"],
        held_by_rule=(not labels["has_load"] and labels["span_s"] < 1.5 * 86400)
        or (column["lives"] > 1 and not labels["has_pid"]))
    keys = [column["path"].lower()] + ([image.lower()] if image else [])
    for key in keys:
        series.trend = series.trend or trends.get(key)
    if series.trend:
        series.verdict = "steady"
    for key in keys:
        if key in explained:
            series.verdict, series.reason = "explained", explained[key]
    for key in keys:
        if key in suspects:
            suspect, growth = suspects[key]
            series.verdict = suspect["verdict"]
            series.slope = growth["slope_per_hour"]
            series.slope_low = suspect["growth_in"]["slope_low"]
            series.slope_high = suspect["growth_in"]["slope_high"]
            break
    return series
