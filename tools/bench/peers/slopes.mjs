// What the JavaScript peers share. Each prints one line, as the other peers do: how many columns have
// a slope over time, the sum of their sizes, and the sum of the square roots of these, which small
// ones show in too. tools/bench/compare holds the lines against each other.
import fs from 'node:fs';

export const timeFormat = '%m/%d/%Y %H:%M:%S';

// The number of counters and the first time stamp, as text without milliseconds.
export function describeLog(path) {
  const file = fs.openSync(path);
  const head = Buffer.alloc(1 << 24);
  const text = head.toString('latin1', 0, fs.readSync(file, head));
  fs.closeSync(file);
  const [header, first] = text.split('\r\n', 2);
  return {counters: header.split('","').length - 1, start: first.slice(1, 20)};
}

export function printSlopes(slopes) {
  const sizes = slopes.filter(slope => slope !== null && !Number.isNaN(slope)).map(Math.abs);
  const sum = sizes.reduce((a, b) => a + b, 0);
  const roots = sizes.reduce((a, b) => a + Math.sqrt(b), 0);
  console.log(`slopes ${sizes.length} sum ${sum.toPrecision(9)} roots ${roots.toPrecision(9)}`);
}
