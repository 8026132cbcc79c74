"""The numbers of the table, each from the definition its name has in the literature."""

import numpy as np

CALLED = {"leak": {"leak"}, "leak or watch": {"leak", "watch"}}


def rate(series, label, verdicts):
    """Share of the series with this label whose verdict is one of these."""
    of_label = [one for one in series if one.label == label]
    if not of_label:
        return float("nan")
    return sum(one.verdict in verdicts for one in of_label) / len(of_label)


def precision_at(prevalence, recall, false_positives):
    """Share of calls that are right where `prevalence` of all series leak."""
    right = prevalence * recall
    wrong = (1 - prevalence) * false_positives
    return right / (right + wrong) if right + wrong > 0 else float("nan")


def slope_errors(series):
    """Relative errors of the slopes of leaks that were called leak."""
    called = [one for one in series if one.label == "leak" and one.verdict == "leak"]
    return np.array([one.slope / one.slope_per_hour - 1 for one in called])


def interval_coverage(series):
    """How often the 80 % interval of a called leak holds the true slope."""
    called = [one for one in series if one.label == "leak" and one.verdict == "leak"]
    inside = [one.slope_low <= one.slope_per_hour <= one.slope_high for one in called]
    return float(np.mean(inside)) if inside else float("nan")


def calibration(series, edges=(0, .1, .3, .5, .7, .8, .9, .97, 1.0001)):
    """(low, high, number, mean score, share of leaks) for bins of the score of what was fitted."""
    judged = [(one.trend["score"], one.label == "leak") for one in series
              if one.trend and one.trend["gates"] and one.label != "ambiguous"]
    scores = np.array([score for score, _ in judged])
    leaks = np.array([leak for _, leak in judged])
    rows = []
    for low, high in zip(edges, edges[1:]):
        inside = (scores >= low) & (scores < high)
        if inside.any():
            rows.append((low, min(high, 1), int(inside.sum()), scores[inside].mean(),
                         leaks[inside].mean()))
    return rows
