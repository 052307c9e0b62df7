/**
 * Measures how soon one server of a database learns what another one did:
 *   node bench/servers/run.ts [--rounds N] [--no-build] [--dry]
 */
import { parseArgs } from 'node:util';
import { DepictedClient } from '../../src/client/index.ts';
import { readChanges } from '../../test/support/change-reader.ts';
import { describeCommit, describeMachine, median, recentLoad, writeResultsSection } from '../machine.ts';
import { newPlace } from '../server/places.ts';
import { buildProduct } from '../server/product.ts';
import { prepare, startServer } from '../server/server-process.ts';

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '100' },
    'no-build': { type: 'boolean', default: false },
    dry: { type: 'boolean', default: false },
  },
});
const rounds = Number.parseInt(options.rounds);
if (!options['no-build']) buildProduct();

const load = recentLoad();
const place = await newPlace('postgres');
const { buildId, superuserKey } = prepare(place);
const [one, other] = [await startServer(place), await startServer(place)];
const [keyId, keySecret] = superuserKey.split(':') as [string, string];
const clientOf = (url: string) => new DepictedClient({ server: url, keyId, keySecret });
const headers = { authorization: `Basic ${Buffer.from(superuserKey).toString('base64')}` };
const release = { buildId, releaseName: 'r', releaseNumber: 1 };
const decider = clientOf(one.url);
await decider.createRelease({ buildId, releaseName: 'r' });
await decider.runsDone(release);

/** From the answer to a decision until the stream has it; both servers are watched for the same decisions. */
async function measureDecisions(): Promise<{ same: number[]; other: number[] }> {
  const streams = [
    await readChanges(one.url, release, headers),
    await readChanges(other.url, release, headers),
  ];
  const took: { same: number[]; other: number[] } = { same: [], other: [] };
  for (let round = 0; round < rounds; round++) {
    const decision = round % 2 === 0 ? 'good' : 'reopen';
    const { release: after } = await decider.reviewRelease({ ...release, decision });
    const at = performance.now();
    const [same, elsewhere] = await Promise.all(streams.map((stream) => stream.received(after.version)));
    took.same.push(same! - at);
    took.other.push(elsewhere! - at);
  }
  await Promise.all(streams.map((stream) => stream.stop()));
  return took;
}

/** From the start of `add` until the waiting lease has the task. */
async function measureLeases(waiting: DepictedClient, adding: DepictedClient): Promise<number[]> {
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const leased = waiting.leaseTasks({ queueName: 'q', waitSeconds: 30 });
    // Answered after the lease has begun to wait.
    await waiting.leaseTasks({ queueName: 'other' });
    const at = performance.now();
    await adding.addTask({ queueName: 'q', payload: '{}' });
    const { tasks } = await leased;
    took.push(performance.now() - at);
    await waiting.finishTask({ queueName: 'q', taskId: tasks[0]!.taskId, leaseId: tasks[0]!.leaseId! });
  }
  return took;
}

const decisions = await measureDecisions();
const rows = [
  ['a decision, in the stream of the same server', decisions.same, null],
  ['a decision, in the stream of the other server', decisions.other, 500],
  ['a new task, at a worker that waits at the same server', await measureLeases(decider, decider), null],
  [
    'a new task, at a worker that waits at the other server',
    await measureLeases(clientOf(other.url), decider),
    500,
  ],
] as const;
await Promise.all([one.stop(), other.stop()]);
place.remove();

const p95 = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1]!;
const text = [
  '## Two servers on one PostgreSQL',
  '',
  `${describeMachine()}, commit ${describeCommit()}; load before: ${load.toFixed(1)}`,
  '',
  `How soon one server has what was done through the other, ${rounds} times each, in ms. Streams collect changes for 250 ms before they send them.`,
  '',
  '| | median | p95 | target for p95 |',
  '| --- | ---: | ---: | ---: |',
  ...rows.map(
    ([what, values, target]) =>
      `| ${what} | ${Math.round(median(values))} | ${Math.round(p95(values))} | ${target === null ? '' : `< ${target}`} |`,
  ),
].join('\n');
console.log(text);
if (!options.dry) writeResultsSection('servers', text);
process.exit(0);
