"""Whole machines: is the one answer right, and when does memory run out?"""

import dataclasses
import datetime

import numpy as np

import truth


@dataclasses.dataclass
class Machine:
    log: str
    expected: list  # components that are right as the top suspect; empty: nothing leaks
    kinds: list
    top: str  # "" for nothing
    top_kind: str
    right: bool
    culprits: int
    found: int  # culprits among the suspects called leak
    healthy: int  # columns labelled healthy and judged
    false_calls: list  # healthy columns called leak
    true_hours: float  # to exhaustion after the end of the log; nan for never
    hours: tuple  # p10, p50, p90 of the top suspect; nan where not told


def _hours(exhaustion, end):
    def after(name):
        text = exhaustion.get(name) if exhaustion else None
        if not text:
            return float("nan")
        return (_moment(text) - end).total_seconds() / 3600
    return tuple(after(name) for name in ("p10", "p50", "p90"))


def _moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "")).replace(tzinfo=None)


def read_machines(perfleak, folder):
    for log, labels in truth.labels_of(folder):
        report = truth.analyze(perfleak, log)
        yield judge(log.name, labels, report)


def judge(log, labels, report):
    expected = [name.lower() for name in labels["expected_top"]]
    leaks = [one for one in report["suspects"] if one["verdict"] == "leak"]
    top = leaks[0] if leaks else None
    right = (top["component"].lower() in expected) if top else not expected
    components = {one["component"].lower() for one in leaks}
    culprits = {leak["component"].lower() for leak in labels["leaks"]}
    called = {growth["path"].lower() for one in leaks
              for growth in [one["growth_in"], *one["also_growing"]]}
    judged = {line["paths"][-1].lower() for line in report["trends"]}
    healthy = {column["path"].lower() for column in labels["columns"]
               if column["label"] == "healthy" and not column.get("follows")} & judged
    end = _moment(report["input"]["end"])
    truth_after = (labels.get("exhaustion") or {}).get("hours_after_log_end")
    return Machine(
        log=log, expected=expected, kinds=[leak["kind"] for leak in labels["leaks"]],
        top=top["component"] if top else "", top_kind=top["kind"] if top else "", right=right,
        culprits=len(culprits), found=len(culprits & components), healthy=len(healthy),
        false_calls=sorted(healthy & called),
        true_hours=truth_after if truth_after is not None else float("nan"),
        hours=_hours(top.get("exhaustion") if top else None, end))


def exhaustion_errors(machines):
    """Relative errors of the median forecast, and whether p10..p90 held the truth."""
    told = [one for one in machines
            if one.right and np.isfinite(one.true_hours) and np.isfinite(one.hours[1])]
    errors = np.array([one.hours[1] / one.true_hours - 1 for one in told if one.true_hours > 0])
    inside = [one.hours[0] <= one.true_hours and not one.true_hours > one.hours[2] for one in told]
    return errors, (float(np.mean(inside)) if inside else float("nan"))
