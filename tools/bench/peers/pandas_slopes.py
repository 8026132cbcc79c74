"""The slope of every column by pandas and numpy: pandas_slopes.py LOG"""
import sys

import numpy
import pandas


def slopes_of(path):
    log = pandas.read_csv(path, header=None, skiprows=1, na_values=[" "], dtype={0: str}, low_memory=False)
    at = pandas.to_datetime(log.pop(0), format="%m/%d/%Y %H:%M:%S.%f")
    t = (at - at[0]).dt.total_seconds().to_numpy()
    slopes = []
    for name in log:
        value = log[name].to_numpy(dtype=float)
        seen = ~numpy.isnan(value)
        if seen.sum() < 2:
            continue
        from_mean = t[seen] - t[seen].mean()
        slopes.append(from_mean @ (value[seen] - value[seen].mean()) / (from_mean @ from_mean))
    return numpy.abs(slopes)


sizes = slopes_of(sys.argv[1])
print(f"slopes {len(sizes)} sum {sizes.sum():.8e} roots {numpy.sqrt(sizes).sum():.8e}")
