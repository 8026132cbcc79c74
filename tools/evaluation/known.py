"""Known issues: one log for each entry of the knowledge base with growth, and which place the entry
has among the known issues of the suspect that is right."""

import collections
import concurrent.futures
import dataclasses
import json
import pathlib
import re
import subprocess

import known_cases

AIM_FIRST = (33, 38, 48, 50, 53)
AIM_FIVE = (71, 77, 88, 90, 91)
AIM_NOTE = ("The aim is an idealised noise-free estimate made from the catalogue, of all entries "
            "with growth.")
GRADES = ("fits", "compatible", "cannot be excluded")


# ---- places ----

@dataclasses.dataclass
class Place:
    """Where an entry stands: `ahead` others before it, in a tie of `tie` that includes it."""

    ahead: int
    tie: int = 1

    def expected(self, most):
        """Chance to be among the first `most` if ties are broken by lot."""
        return min(max(most - self.ahead, 0), self.tie) / self.tie

    def best(self, most):
        return float(self.ahead < most)

    def worst(self, most):
        return float(self.ahead + self.tie <= most)


def place_of(issue, listed):
    """The place of the entry in a list of known issues in order; None if it is not listed.

    Each is {"id", "tie_group", ...}; those of one tie_group that is not 0 share a place. An empty id
    is a defect that is not in the catalogue, and takes no place."""
    named = [one for one in listed if one.get("id")]
    own = next((one for one in named if one["id"] == issue), None)
    if own is None:
        return None
    group = own.get("tie_group") or 0
    tied = [i for i, one in enumerate(named) if group and one.get("tie_group") == group]
    tied = tied or [named.index(own)]
    return Place(tied[0], len(tied))


# ---- one log ----

@dataclasses.dataclass
class Answer:
    """What perfleak said of one log at one level."""

    called: str = "missed"  # leak, watch, explained; missed: no suspect is right
    place: Place | None = None
    grade: str = ""
    false_fits: int = 0  # wrong entries graded "fits"
    first_is_unknown: bool = False
    listed: list = dataclasses.field(default_factory=list)


def _counter(path):
    """("store", "") of \\\\M\\Process(store#1)\\Private Bytes, else ("", "memory\\...")."""
    local = path.lower().split("\\", 3)[-1] if path.startswith("\\\\") else path.lower()
    match = re.fullmatch(r"(?:process|\.net clr memory)\((.*?)(#\d+)?\)\\.*", local)
    return (match[1], "") if match else ("", local)


def _is_right(case, path):
    process, counter = _counter(path)
    return process in case.processes if process else counter in case.counters


def _issues_of(line):
    """Known issues of a line of the report, whichever way it carries them."""
    listed = line.get("known_issues") or line.get("known_issue") or []
    listed = [listed] if isinstance(listed, (str, dict)) else listed
    return [{"id": one} if isinstance(one, str) else one for one in listed]


def judge(case, report):
    """The answer of the first suspect that is right; for growth by design also of what is explained."""
    answer = Answer()
    for suspect in report["suspects"]:
        if _is_right(case, suspect["growth_in"]["path"]):
            answer = _read(case, suspect["verdict"], _issues_of(suspect))
            break
    if case.benign and answer.place is None:
        for line in report["explained"]:
            listed = _issues_of(line)
            if _is_right(case, line["path"]) and place_of(case.id, listed):
                return _read(case, "explained", listed)
    return answer


def _read(case, called, listed):
    own = [one for one in listed if one.get("id") == case.id]
    return Answer(
        called=called, place=place_of(case.id, listed) if case.id else None,
        grade=(own[0].get("grade") or "").replace("-", " ") if own and case.id else "",
        false_fits=sum(one.get("grade") == "fits" and bool(one.get("id")) and one["id"] != case.id
                       for one in listed),
        first_is_unknown=bool(listed) and not listed[0].get("id"),
        listed=[{key: one.get(key) for key in ("id", "grade", "tie_group")} for one in listed])


class Runner:
    """Makes the log of a case and asks perfleak of it at each level."""

    def __init__(self, sim, perfleak, folder, keep):
        self.sim, self.perfleak, self.folder, self.keep = sim, perfleak, folder, keep
        self.refused = collections.Counter()  # options perfleak did not take
        text = subprocess.run([perfleak, "analyze", "--help"], capture_output=True, text=True,
                              check=False).stdout
        self.has = {option for option in ("--product", "--windows", "--event", "--pool-tag")
                    if re.search(rf"(?<![\w-]){option}(?![\w-])", text)}

    def missing(self):
        return sorted({"--product", "--windows", "--event", "--pool-tag"} - self.has)

    def run(self, number, case):
        """An answer for each level of case.told."""
        log = self.folder / f"log-{number:04}.csv"
        stated = self.folder / f"log-{number:04}.json"
        stated.write_text(json.dumps(case.statement, indent=1), encoding="utf-8")
        subprocess.run([self.sim, "stated", stated, "--seed", str(case.seed), "--out", log],
                       check=True)
        answers, told_before = [], None
        for level in case.told:
            told = [one for one in level if one[0] in self.has]
            if told != told_before:
                answer = judge(case, self._analyze(log, told))
            answers.append(answer)
            told_before = told
        if not self.keep:
            log.unlink()
            stated.unlink()
        return answers

    def _analyze(self, log, told):
        command = [self.perfleak, "analyze", str(log), "--format", "json"]
        for option, value in told:
            command += [option, value]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1) or not done.stdout:
            if not told:
                raise RuntimeError(f"{log}: {done.stderr.strip()}")
            # One it does not take spoils none of the others.
            for one in told:
                if not self._takes(log, one):
                    self.refused[" ".join(one)] += 1
                    return self._analyze(log, [other for other in told if other != one])
            raise RuntimeError(f"{log}: {done.stderr.strip()}")
        return json.loads(done.stdout)

    def _takes(self, log, one):
        done = subprocess.run([self.perfleak, "analyze", str(log), "--format", "json", *one],
                              capture_output=True, check=False)
        return done.returncode in (0, 1) and bool(done.stdout)


def _run_all(runner, cases):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda numbered: runner.run(*numbered), enumerate(cases, 1)))


# ---- tables ----

def _share(value, total):
    return "" if total == 0 else f"{100 * value / total:.1f} %"


def _places(answered, level, total):
    """Six cells: first and in the first five, by lot, at best and at worst."""
    cells = []
    for most in (1, 5):
        for way in (Place.expected, Place.best, Place.worst):
            places = [answers[level].place for _, answers in answered]
            cells.append(_share(sum(way(place, most) for place in places if place), total))
    return cells


def _level_table(print_table, answered, total, levels):
    rows = []
    for level in levels:
        cells = _places(answered, level, total)
        rows.append((known_cases.LEVELS[level], f"{AIM_FIRST[level]} %", *cells[:3],
                     f"{AIM_FIVE[level]} %", *cells[3:]))
    print_table(("perfleak knows", "first: aim", "expected", "best of tie", "worst of tie",
                 "first five: aim", "expected", "best of tie", "worst of tie"), rows)


def _outcome_table(print_table, answered, levels):
    rows = []
    for level in levels:
        answers = [answers[level] for _, answers in answered]
        listed = [one for one in answers if one.place]
        ties = sorted(one.place.tie for one in listed)
        rows.append((known_cases.LEVELS[level], sum(one.called == "missed" for one in answers),
                     sum(one.called == "watch" for one in answers),
                     sum(one.called != "missed" and not one.place for one in answers),
                     *(sum(one.grade == grade for one in listed) for grade in GRADES),
                     ties[len(ties) // 2] if ties else "",
                     _share(sum(one.false_fits > 0 for one in answers), len(answers)),
                     f"{sum(one.false_fits for one in answers) / max(len(answers), 1):.1f}"))
    print_table(("perfleak knows", "not called", "watch only", "entry not listed", *GRADES,
                 "median tie", "logs with a wrong one that fits", "such in a log"), rows)


def _list_silent(answered):
    """Entries that are worth a look whatever the matching does: their suspect is not there."""
    for name, called in (("Not called", "missed"), ("Called watch only", "watch")):
        ids = [case.id for case, answers in answered if answers[0].called == called]
        if ids:
            print(f"{name}: {', '.join(ids)}.\n")


def _family_table(print_table, answered, levels):
    families = sorted({case.family for case, _ in answered})
    rows = []
    for family in families:
        own = [one for one in answered if one[0].family == family]
        seen = [one for one in own if one[1]]
        for level in (levels[0], levels[-1]):
            cells = _places(seen, level, len(own))
            rows.append((family, len(own), len(own) - len(seen), known_cases.LEVELS[level],
                         sum(answers[level].called == "missed" for _, answers in seen),
                         cells[0], cells[3]))
    print_table(("family", "entries", "cannot be seen", "perfleak knows", "not called", "first",
                 "in five"), rows)


def _unknown_table(print_table, answered):
    answers = [answers[0] for _, answers in answered]
    called = [one for one in answers if one.called != "missed"]
    right = sum(one.first_is_unknown for one in called)
    print_table(("logs", "called", "first candidate is \"not in this catalogue\"", "of those called",
                 "an entry fits", "no candidates at all"),
                [(len(answers), len(called), _share(right, len(answers)),
                  _share(right, len(called)), sum(one.false_fits > 0 for one in called),
                  sum(not one.listed for one in called))])


def _dump(path, answered, levels):
    with open(path, "w", encoding="utf-8") as stream:
        for case, answers in answered:
            if not answers:
                stream.write(json.dumps({"id": case.id, "unseen": case.unseen}) + "\n")
            for level in levels if answers else ():
                level = min(level, len(answers) - 1)
                answer = answers[level]
                stream.write(json.dumps({
                    "id": case.id, "family": case.family, "benign": case.benign,
                    "level": known_cases.LEVELS[level], "told": case.told[level],
                    "called": answer.called,
                    "rank": answer.place.ahead + 1 if answer.place else None,
                    "tie": answer.place.tie if answer.place else None, "grade": answer.grade,
                    "false_fits": answer.false_fits, "candidates": answer.listed,
                    "growth": case.statement["growth"], "windows": case.statement["windows"],
                    "start": case.statement["start"], "pace": case.statement["pace"], "products": case.statement["products"],
                    "seed": case.seed}) + "\n")
                if len(answers) == 1:
                    break


def _report_unseen(cases):
    unseen = [case for case in cases if case.unseen]
    if unseen:
        print(f"{len(unseen)} cannot be seen in a log: " +
              ", ".join(f"{case.id} ({case.unseen})" for case in unseen) + ".\n")


def _levels(has):
    """Those that the options perfleak has tell apart."""
    needed = ((), ("--product",), ("--product", "--windows"), ("--event",), ("--pool-tag",))
    return [level for level, options in enumerate(needed)
            if not options or any(option in has for option in options)]


def evaluate(options, sim, perfleak, folder, print_table):
    """Makes the logs, runs perfleak over them and prints the tables."""
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run([perfleak, "known", "--format", "json"], capture_output=True, check=True)
    issues = json.loads(done.stdout)["issues"]
    cases = list(known_cases.cases_of(issues, options.seed))
    if options.only:
        cases = [case for case in cases if case.id in options.only.split(",")]
    unknown = list(known_cases.unknown_cases(issues, 0 if options.only else options.unknown,
                                             options.seed))
    runner = Runner(sim, perfleak, pathlib.Path(folder), bool(options.keep))
    seen = [case for case in cases if not case.unseen]
    answers = _run_all(runner, seen + unknown)
    by_case = list(zip(seen + unknown, answers))
    levels = _levels(runner.has)
    if options.dump:
        _dump(options.dump, by_case + [(case, []) for case in cases if case.unseen], levels)

    print(f"Known issues: seed {options.seed}, {len(cases)} entries with growth.\n")
    if runner.missing():
        print(f"This perfleak has no {', '.join(runner.missing())}: what they would tell is left "
              "out.\n")
    for name, benign in (("Entries that are leaks", False), ("Growth by design, and caches", True)):
        of_kind = [case for case in cases if case.benign == benign]
        answered = [one for one in by_case if one[0].id and one[0].benign == benign]
        if not of_kind:
            continue
        print(f"### {name}: {len(of_kind)}, of which a log can show {len(answered)}\n")
        _report_unseen(of_kind)
        print(f"Of all {len(of_kind)}. {AIM_NOTE}\n")
        _level_table(print_table, answered, len(of_kind), levels)
        print(f"Of the {len(answered)} a log can show:\n")
        _level_table(print_table, answered, len(answered), levels)
        _outcome_table(print_table, answered, levels)
        _list_silent(answered)
        if options.families:
            unseen = [(case, []) for case in of_kind if case.unseen]
            _family_table(print_table, answered + unseen, levels)
    if unknown:
        print("### Programs that no entry names\n")
        _unknown_table(print_table, [one for one in by_case if not one[0].id])
    for option, times in sorted(runner.refused.items()):
        print(f"perfleak did not take {option}: {times} times.")
