"""Prints how far the verdicts can be trusted, as Markdown. See tools/eval."""

import argparse
import collections
import json
import pathlib
import tempfile

import numpy as np

import baselines
import known
import machines
import measures
import truth


def percent(value, digits=1):
    return "" if np.isnan(value) else f"{100 * value:.{digits}f} %"


def print_table(header, rows):
    print("| " + " | ".join(header) + " |")
    print("|" + "|".join("---" for _ in header) + "|")
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print()


def print_overall(name, series):
    count = collections.Counter(one.label for one in series)
    print(f"### {name}: {count['leak']} leaking, {count['healthy']} healthy, "
          f"{count['ambiguous']} undecidable series\n")
    rows = []
    for called, verdicts in measures.CALLED.items():
        recall = measures.rate(series, "leak", verdicts)
        false = measures.rate(series, "healthy", verdicts)
        rows.append((called, percent(recall), percent(false, 2),
                     percent(measures.precision_at(.01, recall, false)),
                     percent(measures.rate(series, "ambiguous", verdicts))))
    print_table(("verdict", "recall", "false positives", "precision at 1 % prevalence",
                 "of the undecidable"), rows)
    decidable = [one for one in series if not one.held_by_rule]
    recall = measures.rate(decidable, "leak", {"leak"})
    print(f"Held at watch by rule: logs under 1.5 days without a load counter, and restarts whose "
          f"process ids were not logged. Without these the recall at leak is {percent(recall)}.\n")
    errors = measures.slope_errors(series)
    if len(errors):
        print(f"Slope of called leaks: median error {percent(np.median(np.abs(errors)))}, "
              f"median bias {percent(np.median(errors))}; the 80 % interval covers "
              f"{percent(measures.interval_coverage(series))}.\n")


def print_families(series):
    families = collections.defaultdict(list)
    for one in series:
        families[(one.label, one.family)].append(one)
    rows = []
    for (label, family), members in sorted(families.items()):
        verdicts = collections.Counter(one.verdict for one in members)
        errors = measures.slope_errors(members)
        rows.append((label, family + (" (h)" if members[0].held_out else ""), len(members),
                     *(verdicts[name] for name in ("leak", "watch", "explained", "steady", "none")),
                     percent(float(np.median(np.abs(errors)))) if len(errors) else "",
                     percent(measures.interval_coverage(members), 0)))
    print_table(("label", "family", "series", "leak", "watch", "explained", "steady", "none",
                 "slope error", "interval covers"), rows)


def print_calibration(series):
    rows = [(f"{low:.2f} to {high:.2f}", n, f"{mean:.2f}", f"{share:.2f}")
            for low, high, n, mean, share in measures.calibration(series)]
    print_table(("score", "series", "mean score", "share that leak"), rows)


def print_baselines(series, folder):
    called = collections.defaultdict(lambda: collections.defaultdict(list))
    by_log = collections.defaultdict(list)
    for one in series:
        if one.label != "ambiguous":
            by_log[one.log].append(one)
    for log, members in sorted(by_log.items()):
        columns = baselines.read_columns(pathlib.Path(folder, log), {one.path for one in members})
        for one in members:
            if one.path not in columns:
                continue
            for name, verdict in baselines.verdicts(*columns[one.path], one.unit).items():
                called[name][one.label].append(bool(verdict))
    rows = []
    for name, by_label in called.items():
        recall, false = np.mean(by_label["leak"]), np.mean(by_label["healthy"])
        rows.append((name, percent(recall), percent(false, 2),
                     percent(measures.precision_at(.01, recall, false))))
    for name, verdicts in measures.CALLED.items():
        recall = measures.rate(series, "leak", verdicts)
        false = measures.rate(series, "healthy", verdicts)
        rows.append((f"perfleak, {name}", percent(recall), percent(false, 2),
                     percent(measures.precision_at(.01, recall, false))))
    print_table(("detector", "recall", "false positives", "precision at 1 % prevalence"), rows)


def print_detection(perfleak, folder, whole):
    """How much of each leaking log is needed before the verdict."""
    leaking = {one.path + one.log for one in whole if one.label == "leak"}
    rows = []
    for part in (.25, .5, .75, 1.0):
        called = collections.Counter()
        for log, labels in truth.labels_of(folder):
            report = truth.analyze(perfleak, log)
            start, end = (np.datetime64(report["input"][name].rstrip("Z")) for name in ("start", "end"))
            until = str(start + ((end - start) * part).astype("timedelta64[s]")).replace("T", " ")
            cut = truth.analyze(perfleak, log, "--until", until[:19]) if part < 1 else report
            suspects = {growth["path"]: one["verdict"] for one in cut["suspects"]
                        for growth in [one["growth_in"], *one["also_growing"]]}
            for column in labels["columns"]:
                if column["path"] + log.name in leaking:
                    called[suspects.get(column["path"], "no")] += 1
        total = max(sum(called.values()), 1)
        rows.append((percent(part, 0), percent(called["leak"] / total),
                     percent((called["leak"] + called["watch"]) / total)))
    print_table(("of the log", "called leak", "leak or watch"), rows)


def print_machines(found):
    def share(of, members):
        return percent(np.mean([of(one) for one in members])) if members else ""

    def recall_of(members, called):
        culprits = sum(one.culprits for one in members)
        return f"{percent(sum(called(one) for one in members) / max(culprits, 1))} of {culprits}"

    held = [one for one in found if one.held]
    decidable = [one for one in found if not one.held]
    recall = sum(one.found for one in found) / max(sum(one.culprits for one in found), 1)
    false = sum(len(one.false_calls) for one in found) / max(sum(one.healthy for one in found), 1)
    ends = machines.judge_forecasts(found)
    suspects = sum(one.suspects for one in found)
    true_suspects = sum(one.true_suspects for one in found)
    print(f"### Whole machines: {len(found)}, "
          f"{sum(not one.expected for one in found)} of them without a leak\n")
    print(f"{len(held)} logs hold too little for a verdict above watch: short without load counters, "
          "or processes restart and their IDs were not logged. The others are called decidable.\n")
    print_table(("measure", "value"), [
        ("top suspect right, \"nothing\" included", share(lambda one: one.right, found)),
        ("- of the decidable", share(lambda one: one.right, decidable)),
        ("- of those held at watch, as leak or watch", share(lambda one: one.right_at_watch, held)),
        ("culprits called leak", recall_of(found, lambda one: one.found)),
        ("- of the decidable", recall_of(decidable, lambda one: one.found)),
        ("- of those held at watch, as leak or watch", recall_of(held, lambda one: one.watched)),
        ("suspects called leak that are culprits",
         f"{percent(true_suspects / max(suspects, 1))} of {suspects}"),
        ("healthy counters called leak", percent(false, 3)),
        ("precision at 1 % prevalence", percent(measures.precision_at(.01, recall, false))),
        ("exhaustion foretold where it was due", f"{ends.told} of {ends.due}"),
        ("median error of the time",
         percent(float(np.median(np.abs(ends.errors)))) if len(ends.errors) else ""),
        ("10 to 90 % covers", percent(ends.inside)),
        ("earlier than 10 %", percent(ends.early)),
    ])
    wrong = [one for one in found if not one.right]
    if wrong:
        print_table(("wrong on", "expected", "kinds", "top suspect", "kind"),
                    [(one.log + (" (held)" if one.held else ""),
                      ", ".join(one.expected) or "nothing", ", ".join(one.kinds),
                      one.top or "nothing", one.top_kind) for one in wrong])


def main():
    parser = argparse.ArgumentParser(description="Measures perfleak's verdicts on simulated logs.")
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=1001, help="of the simulated logs; default 1001")
    parser.add_argument("--set", choices=("all", "fitting", "held-out"), default="all",
                        help="families of single series")
    parser.add_argument("--per-family", type=int, default=50)
    parser.add_argument("--machines", type=int, default=0, help="whole machines; default none")
    parser.add_argument("--families", action="store_true", help="one row per family")
    parser.add_argument("--baselines", action="store_true", help="other detectors on the same series")
    parser.add_argument("--detection", action="store_true", help="with parts of each log")
    parser.add_argument("--known", action="store_true",
                        help="known issues instead: the place of each entry of the knowledge base")
    parser.add_argument("--unknown", type=int, default=100,
                        help="with --known: logs of programs no entry names")
    parser.add_argument("--only", help="with --known: ids of entries, with commas")
    parser.add_argument("--perfleak", help="the program to measure; default: built from here")
    parser.add_argument("--keep", help="folder for the logs; default: a temporary one")
    parser.add_argument("--dump", help="write every labelled verdict with its gates to this file")
    options = parser.parse_args()
    sim = f"{options.build}/tools/sim/perfleak-sim"
    perfleak = options.perfleak or f"{options.build}/src/perfleak"
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(options.keep or temporary)
        if options.known:
            known.evaluate(options, sim, perfleak, folder, print_table)
            return
        run(options, sim, perfleak, folder)


def run(options, sim, perfleak, folder):
    print(f"Seed {options.seed}, {options.per_family} series of each family.\n")
    if options.per_family > 0:
        truth.simulate(sim, "families", options.seed, folder / "series", "--per-family",
                       str(options.per_family), "--set", options.set)
        series = list(truth.read_series(perfleak, folder / "series"))
        for name, held_out in (("Families used for fitting", False), ("Families held out", True)):
            of_set = [one for one in series if one.held_out == held_out]
            if of_set:
                print_overall(name, of_set)
        if options.families:
            print_families(series)
        print_calibration(series)
        if options.baselines:
            print_baselines(series, folder / "series")
        if options.detection:
            print_detection(perfleak, folder / "series", series)
        if options.dump:
            with open(options.dump, "w", encoding="utf-8") as stream:
                json.dump([vars(one) for one in series], stream)
    if options.machines > 0:
        truth.simulate(sim, "machines", options.seed, folder / "machines", "--count",
                       str(options.machines))
        print_machines(list(machines.read_machines(perfleak, folder / "machines")))


if __name__ == "__main__":
    main()
