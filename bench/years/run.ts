/**
 * Is a server still quick after years of use? Fills databases, asks everything over HTTP, and lets the server's own jobs run:
 *   node bench/years/run.ts [--quick] [--database sqlite|postgres] [--rounds N]
 * The whole of it goes to the section `years` of RESULTS.md; --quick (a twentieth of the data) or one database only prints.
 */
import { parseArgs } from 'node:util';
import { recentLoad, writeResultsSection } from '../machine.ts';
import { newPlace } from '../server/places.ts';
import type { DatabaseKind } from '../server/places.ts';
import { buildProduct } from '../server/product.ts';
import { startServer } from '../server/server-process.ts';
import { openFilled } from './filled.ts';
import { measureJobs } from './jobs.ts';
import { measureCalls } from './measure.ts';
import { resultsText } from './results.ts';
import type { Measured } from './results.ts';

const { quick, database, rounds } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    database: { type: 'string' },
    rounds: { type: 'string', default: '20' },
  },
}).values;
const releases = quick ? 1_000 : 20_000;
const runsOfLast = 1_000;
const load = recentLoad();
buildProduct();

const measured: Partial<Record<DatabaseKind, Measured>> = {};
for (const kind of ['sqlite', 'postgres'] as const) {
  if (database === undefined || database === kind) measured[kind] = await measure(kind);
}
const text = resultsText(measured, { rounds: Number(rounds), load, releases });
console.log(text);
if (!quick && database === undefined) writeResultsSection('years', text);

async function measure(kind: DatabaseKind): Promise<Measured> {
  const few = await openFilled(await newPlace(kind), { releases: releases / 100, runsOfLast });
  const small = await measureCalls(few, Number(rounds));
  few.place.remove();
  const filled = await openFilled(await newPlace(kind), { releases, runsOfLast });
  const server = await startServer(filled.place);
  const { startMs } = server;
  await server.stop();
  const years = await measureCalls(filled, Number(rounds));
  for (const [what, { refused }] of years) if (refused !== null) console.error(`${what}: ${refused}`);
  const jobs = await measureJobs(filled);
  filled.place.remove();
  return { small, years, jobs, startMs };
}
