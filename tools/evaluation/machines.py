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
    right_at_watch: bool  # the first suspect, called leak or watch
    held: bool  # a rule of the method allows no more than watch here
    culprits: int
    found: int  # culprits among the suspects called leak
    watched: int  # and among all suspects
    suspects: int  # called leak
    true_suspects: int  # of them culprits
    healthy: int  # columns labelled healthy and judged
    false_calls: list  # healthy columns called leak
    true_hours: float  # to exhaustion after the end of the log; nan for never
    due: bool  # a forecast: what brings the end was called, and the log has the counter that ends
    hours: tuple  # p10, p50, p90 of the first end foretold for a suspect called leak; nan for none
    limit: str  # that is foretold to end


def _hours(exhaustion, end):
    def after(name):
        text = exhaustion.get(name) if exhaustion else None
        if not text:
            return float("nan")
        return (_moment(text) - end).total_seconds() / 3600
    return tuple(after(name) for name in ("p10", "p50", "p90"))


# Kinds of leak that use up what ends, by the counter of the labels.
_USES = {
    "Commit Limit": {"heap", "managed-heap", "native-in-managed", "threads", "unowned-commit",
                     "paged-pool", "nonpaged-pool"},
    "Virtual Bytes": {"heap", "managed-heap", "native-in-managed", "threads", "address-space"},
    "Handle Count": {"handles", "threads"},
    "Pool Paged Bytes": {"paged-pool"},
    "Pool Nonpaged Bytes": {"nonpaged-pool"},
}


def _is_due(labels, called):
    """Whether the end could be foretold from what was called."""
    end = labels.get("exhaustion")
    if not end:
        return False
    brings = [leak for leak in labels["leaks"] if leak["kind"] in _USES[end["limit"]]]
    logged = any(column["path"].endswith("\\" + end["limit"]) for column in labels["columns"])
    return logged and any(leak["component"].lower() in called for leak in brings)


def _first_end(leaks):
    ends = [one["exhaustion"] for one in leaks if one.get("exhaustion")]
    return min(ends, key=lambda end: end["p50"] or "9999", default=None)


def _moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "")).replace(tzinfo=None)


def read_machines(perfleak, folder):
    for log, labels in truth.labels_of(folder):
        report = truth.analyze(perfleak, log)
        yield judge(log.name, labels, report)


SHORT_H = 36  # shorter logs need a load counter, docs/method.md


def held_at_watch(labels, leak):
    """Whether the log has too little in it for a verdict, by the labels alone: it is short and shows
    no load; or processes come and go under the culprit's name, or its own restarts or those of who
    relieves it are the evidence, and process IDs were not logged."""
    if not labels["load_counters"] and labels["log_hours"] < SHORT_H:
        return True
    if labels["process_ids"]:
        return False
    lives = leak["lives"] - len(labels["restarts_s"])
    moves = ("restarted now and then", "recycled every 29 hours", "a daily job")
    namesakes = any(f"{leak['component']}: {what}" in labels["innocent"] for what in moves)
    return lives > 1 or leak["responsible"] != leak["component"] or namesakes


def judge(log, labels, report):
    expected = [name.lower() for name in labels["expected_top"]]
    leaks = [one for one in report["suspects"] if one["verdict"] == "leak"]
    top = leaks[0] if leaks else None
    right = (top["component"].lower() in expected) if top else not expected
    components = {one["component"].lower() for one in leaks}
    watched = {one["component"].lower() for one in report["suspects"]}
    first = report["suspects"][0]["component"].lower() if report["suspects"] else None
    culprits = {leak["component"].lower() for leak in labels["leaks"]}
    called = {growth["path"].lower() for one in leaks
              for growth in [one["growth_in"], *one["also_growing"]]}
    judged = {line["paths"][-1].lower() for line in report["trends"]}
    healthy = {column["path"].lower() for column in labels["columns"]
               if column["label"] == "healthy" and not column.get("follows")} & judged
    end = _moment(report["input"]["end"])
    foretold = _first_end(leaks)
    truth_after = (labels.get("exhaustion") or {}).get("hours_after_log_end")
    return Machine(
        log=log, expected=expected, kinds=[leak["kind"] for leak in labels["leaks"]],
        top=top["component"] if top else "", top_kind=top["kind"] if top else "", right=right,
        right_at_watch=first in expected if first else not expected,
        held=any(held_at_watch(labels, leak) for leak in labels["leaks"]),
        culprits=len(culprits), found=len(culprits & components), watched=len(culprits & watched),
        suspects=len(components), true_suspects=len(culprits & components), healthy=len(healthy),
        false_calls=sorted(healthy & called),
        true_hours=truth_after if truth_after is not None else float("nan"),
        due=_is_due(labels, components), hours=_hours(foretold, end),
        limit=foretold["limit"] if foretold else "")


@dataclasses.dataclass
class Forecasts:
    """How well the first end of a machine was foretold, where it was due."""

    due: int
    told: int
    errors: np.ndarray  # of p50, relative
    inside: float  # share with the truth in p10..p90
    early: float  # share with the truth before p10


def judge_forecasts(machines):
    due = [one for one in machines if one.due and one.true_hours > 0]
    told = [one for one in due if np.isfinite(one.hours[1])]
    errors = np.array([one.hours[1] / one.true_hours - 1 for one in told])
    early = [one.true_hours < one.hours[0] for one in told]
    late = [one.true_hours > one.hours[2] for one in told]  # never, if p90 is nan
    nan = float("nan")
    return Forecasts(len(due), len(told), errors,
                     1 - float(np.mean(early)) - float(np.mean(late)) if told else nan,
                     float(np.mean(early)) if told else nan)
