/** From what one capture costs to what a million a day need. */

export interface Measured {
  captures: number;
  seconds: number;
  /** CPU milliseconds for one capture with its comparison, everything included. */
  cpuMs: { server: number; worker: number; database: number };
  /** Server: resident, at its peak. Worker: proportional, with a browser and two pages at a time. */
  memoryMb: { server: number; worker: number };
  artifactBytesPerCapture: number;
  tables: { name: string; rowsPerCapture: number; bytesPerRow: number }[];
}

const daily = 1_000_000;
const secondsOfDay = 86_400;
/** Work comes in working hours: the busiest hour has this many times the average. */
const peakFactor = 3;
/** A core that is busier than this makes requests wait. */
const busy = 0.7;
const days = 90;
const gibibyte = 2 ** 30;

export function predict(measured: Measured, circumstances: string): string {
  const { cpuMs, memoryMb, tables, artifactBytesPerCapture } = measured;
  const peak = (daily / secondsOfDay) * peakFactor;
  const cores = (ms: number) => (peak * ms) / 1_000 / busy;
  const grown = tables
    .filter(({ rowsPerCapture }) => rowsPerCapture > 0.0005)
    .toSorted((a, b) => b.rowsPerCapture * b.bytesPerRow - a.rowsPerCapture * a.bytesPerRow);
  const databaseBytes = grown.reduce(
    (sum, { rowsPerCapture, bytesPerRow }) => sum + rowsPerCapture * bytesPerRow,
    0,
  );
  const number = (value: number, digits = 1) =>
    value.toLocaleString('en-US', { maximumFractionDigits: digits });
  return `## What captures cost, and a million a day

Measured at ${circumstances}. ${number(measured.captures)} captures of 1280 × 1024 with their comparisons, one server, one worker with two pages at a time, PostgreSQL that writes to disk; three of ten pages change.

| for 1,000 captures | server | worker | database |
| --- | --- | --- | --- |
| CPU, s | ${number(cpuMs.server)} | ${number(cpuMs.worker)} | ${number(cpuMs.database)} |
| cores for a million a day, busiest hour (${number(peak)} captures/s), ${busy * 100} % busy | ${number(cores(cpuMs.server))} | ${number(cores(cpuMs.worker))} | ${number(cores(cpuMs.database))} |

Memory: server ${number(memoryMb.server, 0)} MiB at its peak, worker with its browser ${number(memoryMb.worker, 0)} MiB. Storage for 1,000 captures: ${number((artifactBytesPerCapture * 1_000) / 2 ** 20)} MiB of artifacts, ${number((databaseBytes * 1_000) / 2 ** 20, 2)} MiB of database.

A million captures a day, computed from these figures:

| | a day | kept for ${days} days |
| --- | --- | --- |
| artifacts | ${number((artifactBytesPerCapture * daily) / gibibyte)} GiB | ${number((artifactBytesPerCapture * daily * days) / gibibyte)} GiB |
| database | ${number((databaseBytes * daily) / gibibyte, 2)} GiB | ${number((databaseBytes * daily * days) / gibibyte)} GiB |

| table | rows for a capture | bytes of a row, with indexes where there are 500 rows | rows in ${days} days | GiB in ${days} days |
| --- | --- | --- | --- | --- |
${grown.map(({ name, rowsPerCapture, bytesPerRow }) => `| \`${name}\` | ${number(rowsPerCapture, 3)} | ${number(bytesPerRow, 0)} | ${number(rowsPerCapture * daily * days, 0)} | ${number((rowsPerCapture * bytesPerRow * daily * days) / gibibyte)} |`).join('\n')}

| queue | tasks/s, busiest hour | leases, heartbeats, ends and reports/s |
| --- | --- | --- |
| \`capture\` | ${number(peak)} | ${number(peak * 4)} |
| \`run-pdiff\` | ${number(peak)} at most | ${number(peak * 4)} |
`;
}
