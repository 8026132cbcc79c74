// The slope of every column by DuckDB: its CSV reader, told names and types, and regr_slope.
// node duckdb_slopes.mjs LOG THREADS
import {DuckDBInstance} from '@duckdb/node-api';
import {describeLog, printSlopes, timeFormat} from './slopes.mjs';

const [log, threads] = process.argv.slice(2);
const {counters, start} = describeLog(log);
const names = Array.from({length: counters}, (_, i) => `c${i}`);
const columns = ["'stamp': 'TIMESTAMP'", ...names.map(name => `'${name}': 'DOUBLE'`)].join(', ');
const query = `
  SELECT ${names.map(name => `regr_slope(${name}, t)`).join(', ')}
  FROM (SELECT *, epoch(stamp) - epoch(strptime('${start}', '${timeFormat}')) AS t
        FROM read_csv('${log.replaceAll("'", "''")}', auto_detect = false, header = false, skip = 1,
                      delim = ',', quote = '"', nullstr = ' ', max_line_size = 16000000,
                      timestampformat = '${timeFormat}.%g', columns = {${columns}}))`;
const database = await DuckDBInstance.create(':memory:', {threads});
const connection = await database.connect();
const [slopes] = (await connection.runAndReadAll(query)).getRowsJS();
printSlopes(slopes);
