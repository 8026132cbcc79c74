"""What others do, on the same columns: slow, clear code. A column is a series here; none of them
follows a process."""

import csv

import numpy as np
from math import erfc, sqrt

PAL_PER_HOUR = {"bytes": 100 * 2**20, "count": 100}


def read_columns(log, paths):
    """{path: (hours, values)} of the columns; missing samples left out."""
    with open(log, newline="", encoding="latin-1") as stream:
        rows = csv.reader(stream)
        header = next(rows)
        wanted = [(header.index(path), path) for path in paths if path in header]
        stamps, values = [], []
        for row in rows:
            stamps.append(row[0])
            values.append([row[i].strip() for i, _ in wanted])
    hours = (np.array([_stamp(text) for text in stamps], dtype="datetime64[ms]"))
    hours = (hours - hours[0]).astype(float) / 3.6e6
    columns = {}
    for k, (_, path) in enumerate(wanted):
        column = np.array([float(row[k]) if row[k] else np.nan for row in values])
        held = ~np.isnan(column)
        columns[path] = (hours[held], column[held])
    return columns


def _stamp(text):
    date, time = text.split(" ")
    month, day, year = date.split("/")
    return f"{year}-{month}-{day}T{time}"


def normal_tail(z):
    return erfc(z / sqrt(2)) / 2


def ols(t, x):
    """Slope, p-value (two-sided, normal) and R² of a straight line."""
    dt, dx = t - t.mean(), x - x.mean()
    sxx, syy = dt @ dt, dx @ dx
    if sxx == 0 or syy == 0 or len(t) < 3:
        return 0.0, 1.0, 0.0
    slope = dt @ dx / sxx
    sse = max(syy - slope * slope * sxx, 1e-12 * syy)
    t_value = slope / sqrt(sse / (len(t) - 2) / sxx)
    return slope, 2 * normal_tail(abs(t_value)), 1 - sse / syy


def averaged(x, most):
    """At most `most` means of neighbouring values: Mann-Kendall is quadratic."""
    return np.array([part.mean() for part in np.array_split(x, min(most, len(x)))])


def mann_kendall(x):
    """S and its variance for independent values."""
    n = len(x)
    s = sum(np.sign(x[i + 1:] - x[i]).sum() for i in range(n - 1))
    return s, n * (n - 1) * (2 * n + 5) / 18


def hamed_rao(x):
    """S and its variance corrected for the significant autocorrelations of the ranks of the
    detrended values (Hamed and Rao, J. Hydrology 204, 1998)."""
    s, variance = mann_kendall(x)
    n = len(x)
    slope, _, _ = ols(np.arange(n, dtype=float), x)
    ranks = np.argsort(np.argsort(x - slope * np.arange(n))).astype(float)
    ranks -= ranks.mean()
    power = ranks @ ranks
    correction = 0.0
    for lag in range(1, n - 2):
        r = ranks[lag:] @ ranks[:-lag] / power
        if abs(r) > 1.96 / sqrt(n):
            correction += (n - lag) * (n - lag - 1) * (n - lag - 2) * r
    return s, variance * max(1 + 2 / (n * (n - 1) * (n - 2)) * correction, 1e-3)


def verdicts(t, x, unit):
    """{name of the detector: called?}"""
    if len(x) < 10:
        return {}
    slope, p, r2 = ols(t, x)
    slices = averaged(x, 30)
    pal = (slices[-1] - slices[0]) / max(t[-1] - t[0], 1e-9)
    short = averaged(x, 300)
    s, variance = mann_kendall(short)
    s_hr, variance_hr = hamed_rao(short)
    return {
        "OLS slope, p < 0.01": slope > 0 and p < .01,
        "OLS, R² > 0.8": slope > 0 and r2 > .8,
        "PAL's trend": pal > PAL_PER_HOUR[unit],
        "Mann-Kendall, 5 %": s > 0 and normal_tail((s - 1) / sqrt(variance)) < .025,
        "Mann-Kendall, Hamed-Rao, 0.1 %": s > 0 and normal_tail((s - 1) / sqrt(variance_hr)) < .0005,
    }
