// The slope of every column by polars: POLARS_MAX_THREADS=N node polars_slopes.mjs LOG
import pl from 'nodejs-polars';
import {describeLog, printSlopes, timeFormat} from './slopes.mjs';

const log = process.argv[2];
const {counters} = describeLog(log);
const names = Array.from({length: counters}, (_, i) => `c${i}`);
const schema = {at: pl.String};
for (const name of names) schema[name] = pl.Float64;

const frame = pl.readCSV(log, {hasHeader: false, skipRows: 1, schema, nullValues: ' '});
// Milliseconds, from the first row on: the sums of squares keep their digits.
const at = pl.col('at').str.strptime(pl.Datetime('ms'), `${timeFormat}%.3f`).cast(pl.Int64);
const timed = frame.withColumns(at.sub(at.first()).cast(pl.Float64).divideBy(1000).alias('t'));
// One expression for all columns: making one for each takes the binding longer than all the rest.
const value = pl.col(names);
const t = pl.col('t').filter(value.isNotNull());
const squares = t.var().mul(value.count().sub(1));
printSlopes(timed.select(value.sub(value.mean()).mul(pl.col('t')).sum().divideBy(squares)).row(0));
