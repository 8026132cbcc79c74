"""Holds the report on a fleet to its labels."""

import collections
import dataclasses
import datetime
import statistics


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).replace(
        tzinfo=datetime.timezone.utc)


def hours_between(a, b):
    return (moment(a) - moment(b)).total_seconds() / 3600


@dataclasses.dataclass
class Culprit:
    """A planted leak and what became of it."""

    machine: str
    story: str
    component: str
    verdict: str  # "missed" if no suspect names the component
    movement: str = ""
    slope_error: float | None = None  # relative
    since_error_h: float | None = None
    is_over: bool = False  # by the labels

    @property
    def found(self):
        return self.verdict != "missed"

    @property
    def right_movement(self):
        return (self.movement == "over") == self.is_over


@dataclasses.dataclass
class Answers:
    culprits: list = dataclasses.field(default_factory=list)
    false_alarms: list = dataclasses.field(default_factory=list)  # (machine, suspect)
    healthy: int = 0  # machines
    problems: list = dataclasses.field(default_factory=list)  # sentences: files, machines, times

    def missed_share(self):
        return sum(not one.found for one in self.culprits) / max(len(self.culprits), 1)


def judge(labels, report):
    answers = Answers()
    machines = {one["name"].upper(): one for one in report["machines"]}
    for truth in labels["machines"]:
        found = machines.pop(truth["machine"].upper(), None)
        if found is None:
            answers.problems.append(f"{truth['machine']}: not in the report")
            continue
        judge_machine(truth, found, answers)
    for name in machines:
        answers.problems.append(f"{name or '(unnamed)'}: in the report, but no such machine was made")
    answers.problems += wrong_files(labels, report)
    return answers


def judge_machine(truth, found, answers):
    suspects = {one["component"].lower(): one for one in reversed(found["suspects"])}
    for leak in truth["leaks"]:
        answers.culprits.append(judge_leak(truth, leak, suspects.pop(leak["component"].lower(), None)))
    answers.healthy += not truth["leaks"]
    answers.false_alarms += [(truth["machine"], one) for one in suspects.values()]
    for name in ("start", "end"):
        said = found["input"][name]
        if not said or abs(hours_between(said, truth[name])) * 3600 > 2 * truth["interval_s"]:
            answers.problems.append(f"{truth['machine']}: {name} is {said}, not {truth[name]}")


def judge_leak(truth, leak, suspect):
    culprit = Culprit(truth["machine"], truth["story"], leak["component"], "missed",
                      is_over=leak["until"] is not None)
    if suspect is None:
        return culprit
    growth = suspect["growth_in"]
    culprit.verdict = suspect["verdict"]
    culprit.movement = suspect.get("movement", "")
    if growth["path"].lower() == leak["path"].lower() and growth["slope_per_hour"] is not None:
        culprit.slope_error = growth["slope_per_hour"] / leak["slope_per_hour"] - 1
    if growth.get("since"):
        culprit.since_error_h = hours_between(growth["since"], leak["since"])
    return culprit


# ---- files ----


def outcomes_by_name(report):
    """By the name in the archive, whatever path the archive was given by."""
    outcomes = {}
    for file in report["files"]:
        name = file["name"]
        outcomes[name.split("/archive/", 1)[-1]] = file["outcome"]
    return outcomes


def outcome_of(name, outcomes):
    """Of a log; readers may name what is in a .gz after its file or as a member of it."""
    if name in outcomes:
        return outcomes[name]
    inside = [outcome for other, outcome in outcomes.items() if other.startswith(name + "/")]
    return inside[0] if len(inside) == 1 else None


def wrong_files(labels, report):
    outcomes = outcomes_by_name(report)
    wrong = []
    for log in labels["logs"]:
        names = [log["stored"], *log["copies"]]
        said = collections.Counter(outcome_of(name, outcomes) for name in names)
        if said != collections.Counter({"read": 1, "duplicate": len(names) - 1}) - collections.Counter():
            wrong.append(f"{' and '.join(names)}: {dict(said)}, not read once")
    for scrap in labels["junk"]:
        said = {outcomes[scrap["name"]]} if scrap["name"] in outcomes else {
            outcome for name, outcome in outcomes.items() if name.startswith(scrap["name"] + "/")}
        if said != {scrap["outcome"]}:
            wrong.append(f"{scrap['name']}: {', '.join(sorted(said)) or 'not in the report'}, "
                         f"not {scrap['outcome']}")
    return wrong


# ---- in words ----


def percent(value):
    return "" if value is None else f"{100 * value:+.0f} %"


def median_of(values):
    values = [abs(value) for value in values if value is not None]
    return statistics.median(values) if values else None


def print_table(header, rows):
    print("| " + " | ".join(header) + " |")
    print("|" + "|".join("---" for _ in header) + "|")
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print()


def print_answers(answers):
    print_table(("machine", "story", "component", "verdict", "movement", "slope", "since, h"),
                [(one.machine, one.story, one.component, one.verdict,
                  one.movement + ("" if one.right_movement else " (wrong)"), percent(one.slope_error),
                  "" if one.since_error_h is None else f"{one.since_error_h:+.1f}")
                 for one in answers.culprits])
    steady = [one for one in answers.culprits if one.found and one.story != "faster"]
    found = sum(one.found for one in answers.culprits)
    as_leak = sum(one.verdict == "leak" for one in answers.culprits)
    over = [one for one in answers.culprits if one.is_over]
    slope = median_of(one.slope_error for one in steady)
    since = median_of(one.since_error_h for one in steady)
    alarms = collections.Counter(one["verdict"] for _, one in answers.false_alarms)
    noisy = len({machine for machine, _ in answers.false_alarms})
    print_table(("measure", "value"), [
        ("planted leaks found", f"{found} of {len(answers.culprits)}, {as_leak} of them called leak"),
        ("fixed ones reported as over",
         f"{sum(one.movement == 'over' for one in over)} of {len(over)}"),
        ("false alarms", f"{alarms['leak']} leak, {alarms['watch']} watch, on {noisy} machines "
         f"({answers.healthy} are healthy)"),
        ("slope, median error", "" if slope is None else f"{100 * slope:.1f} %"),
        ("since, median error", "" if since is None else f"{since:.1f} h"),
    ])
    for machine, suspect in answers.false_alarms:
        growth = suspect["growth_in"]
        print(f"- false alarm: {machine} {suspect['component']} ({suspect['verdict']}, {suspect['kind']}, "
              f"{suspect.get('movement', '')}) in {growth['path']}, "
              f"{growth['slope_per_hour'] or 0:,.0f} per hour since {growth['since']}")
    for problem in answers.problems:
        print(f"- {problem}")
    print()
