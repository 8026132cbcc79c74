"""Fits the constants of the score to dumped series. See tools/fit."""

import argparse
import json

import numpy as np
from scipy.optimize import minimize

# Name, then theta and s that a fit starts from and is held to: the published ones where there are.
GATES = (("significant", 6.569, 1.413),
         ("still growing", -2.035, 1.172),
         ("floor never returned", .3326, .1038),
         ("not saturating", 2.561, 2.097),
         ("not steps", 6.856, 1.215),
         ("monotone", .688, .2438),
         ("not load", np.log(.7243), .15),
         ("signal to noise", .110, .311),
         ("grows in the last quarter", 2, 1.5),
         ("not a few jumps", -.3, .3),
         ("even pace", .6, .1))
START = (6.8, 1.0)  # logit at full marks, logit per score
HOLD = 5.0  # how many series the starting constants are worth

# Settled by other rules than the score of one series: materiality, several lives, gaps.
OTHER_RULES = {"immaterial-drift", "renumbered", "renumbered-leak", "recycled-with-pid", "restarts",
               "crash-loop", "gaps-and-zeros"}

LEAK_FROM, WATCH_FROM = np.log(.8 / .2), 0.0  # logits
FALSE_LEAKS, FALSE_WATCHES = .0014, .006  # of healthy series, with a margin to .15 and .8 %


def read(files):
    """Values of the gates (series x gates), whether each leaks, whether a cap holds; number of healthy series."""
    values, leaks, capped, healthy = [], [], [], 0
    for file in files:
        with open(file, encoding="utf-8") as stream:
            for series in json.load(stream):
                healthy += series["label"] == "healthy"
                trend = series["trend"]
                if series["label"] == "ambiguous" or series["family"] in OTHER_RULES:
                    continue
                if not trend or not trend["gates"]:
                    continue
                values.append([trend["gates"][name]["value"] for name, _, _ in GATES])
                leaks.append(series["label"] == "leak")
                capped.append(bool(trend["caps"]))
    values = np.array(values)
    of_load = [name for name, _, _ in GATES].index("not load")
    values[:, of_load] = np.log(np.maximum(values[:, of_load], .02))
    return values, np.array(leaks), np.array(capped), healthy


def log_sigmoid(z):
    return -np.logaddexp(0, -z)


def logits(constants, values):
    n = len(GATES)
    theta, s = constants[:n], np.exp(constants[n:2 * n])
    return constants[-2] + np.exp(constants[-1]) * log_sigmoid((values - theta) / s).sum(axis=1)


def fit(values, leaks):
    """Maximum likelihood, held to the starting constants by a normal prior."""
    theta, s = (np.array(column) for column in list(zip(*GATES))[1:])
    start = np.r_[theta, np.log(s), START[0], np.log(START[1])]
    width = np.r_[s, np.full(len(s), .7), 3, .7]

    def loss(constants):
        n = len(GATES)
        z = (values - constants[:n]) / np.exp(constants[n:2 * n])
        logit, per_score = logits(constants, values), np.exp(constants[-1])
        wrong = 1 / (1 + np.exp(-np.clip(logit, -500, 500))) - leaks
        fall = wrong[:, None] * per_score / (1 + np.exp(np.clip(z, -500, 500)))
        gradient = np.r_[-(fall / np.exp(constants[n:2 * n])).sum(axis=0), -(fall * z).sum(axis=0),
                         wrong.sum(), (wrong * per_score * log_sigmoid(z).sum(axis=1)).sum()]
        away = (constants - start) / width
        value = -log_sigmoid(np.where(leaks, logit, -logit)).sum() + HOLD * (away ** 2).sum()
        return value, gradient + 2 * HOLD * away / width

    return minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 5000}).x


def shift(constants, values, leaks, capped, healthy):
    """Moves and stretches the logit so that the two thresholds meet the false alarms allowed."""
    logit = logits(constants, values)

    def level(of, share):
        return np.sort(logit[of])[::-1][int(round(share * healthy))]

    at_leak = level(~leaks & ~capped, FALSE_LEAKS)
    at_watch = level(~leaks, FALSE_WATCHES)
    stretch = (LEAK_FROM - WATCH_FROM) / max(at_leak - at_watch, .5)
    moved = np.array(constants)
    moved[-2] = LEAK_FROM + stretch * (constants[-2] - at_leak)
    moved[-1] += np.log(stretch)
    return moved


def main():
    parser = argparse.ArgumentParser(description="Fits the constants of the score.")
    parser.add_argument("dump", nargs="+", help="written by tools/eval --dump")
    options = parser.parse_args()
    values, leaks, capped, healthy = read(options.dump)
    constants = shift(fit(values, leaks), values, leaks, capped, healthy)
    logit = logits(constants, values)
    for of, name in ((leaks, "leaking"), (~leaks, "healthy")):
        called = (logit[of] >= LEAK_FROM) & ~capped[of]
        print(f"{name}: {of.sum()} fitted, leak {called.sum()}, leak or watch {(logit[of] >= 0).sum()}")
    n = len(GATES)
    for i, (name, _, _) in enumerate(GATES):
        theta = np.exp(constants[i]) if name == "not load" else constants[i]
        print(f"{{{theta:.4g}, {np.exp(constants[n + i]):.4g}}},  // {name}")
    print(f"kLogitAtFullMarks = {constants[-2]:.4g}, kLogitPerScore = {np.exp(constants[-1]):.4g}")


if __name__ == "__main__":
    main()
