/**
 * Slow clients and guessed secrets, against a server as users run it:
 *   node bench/security/run.ts [--rounds N] [--no-build] [--dry]
 */
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { describeCommit, describeMachine, median, recentLoad, writeResultsSection } from '../machine.ts';
import { Connection } from '../server/connection.ts';
import { newPlace, removeAll } from '../server/places.ts';
import { buildProduct } from '../server/product.ts';
import { killAll, prepare, startServer } from '../server/server-process.ts';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    'no-build': { type: 'boolean', default: false },
    dry: { type: 'boolean', default: false },
  },
});
const rounds = Number.parseInt(options.rounds);
/** Of each kind: slow headers, slow bodies. */
const slowOfEachKind = 300;
const callMs = 8_000;
const callers = 4;
const targetP99Ms = 500;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
process.once('exit', () => {
  killAll();
  removeAll();
});

interface Times {
  median: number;
  p99: number;
  count: number;
}

/** How long other clients wait in the meantime, in milliseconds. */
async function timesOfOthers(url: string, key: string): Promise<Times> {
  const times: number[] = [];
  const end = performance.now() + callMs;
  await Promise.all(
    Array.from({ length: callers }, async () => {
      const connection = new Connection(url, key);
      while (performance.now() < end) {
        const start = performance.now();
        const { status } = await connection.request({ method: 'GET', path: '/api/v1/builds' });
        if (status !== 200) throw new Error(`Others were answered ${status}.`);
        times.push(performance.now() - start);
      }
    }),
  );
  times.sort((a, b) => a - b);
  return { median: median(times), p99: times[Math.floor(times.length * 0.99)]!, count: times.length };
}

/** Connections that send a byte now and then, reopened when the server closes them. */
function openSlowly(url: string, begin: string): { close(): void } {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let isOver = false;
  const open = () => {
    const socket = connect(Number(port), hostname);
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      if (!isOver) setTimeout(open, 50);
    });
    socket.write(begin);
  };
  for (let count = 0; count < slowOfEachKind; count++) open();
  const drip = setInterval(() => {
    for (const socket of sockets) socket.write('X');
  }, 1_000);
  return {
    close() {
      isOver = true;
      clearInterval(drip);
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Median times of guessing the secret of an existing key and of an unknown one, in milliseconds. */
async function guessTimes(url: string, keyId: string): Promise<{ known: number; unknown: number }> {
  const times: { known: number[]; unknown: number[] } = { known: [], unknown: [] };
  const ids = { known: keyId, unknown: keyId.split('').toReversed().join('') };
  const secrets = Array.from({ length: 15 }, (_, count) => `guess-${count}`);
  for (const secret of secrets) {
    for (const kind of ['known', 'unknown'] as const) {
      const connection = new Connection(url, `${ids[kind]}:${secret}`);
      // The first one opens the connection.
      await connection.request({ method: 'GET', path: '/healthz' });
      const start = performance.now();
      await connection.request({ method: 'GET', path: '/api/v1/builds' });
      times[kind].push(performance.now() - start);
    }
  }
  return { known: median(times.known), unknown: median(times.unknown) };
}

if (!options['no-build']) buildProduct();
const load = recentLoad();
const quiet: Times[] = [];
const headers: Times[] = [];
const bodies: Times[] = [];
const both: Times[] = [];
const guesses: { known: number; unknown: number }[] = [];
for (let round = 0; round < rounds; round++) {
  const place = await newPlace('sqlite');
  const { buildKey: key } = prepare(place);
  const server = await startServer(place);
  const { url } = server;
  const inHeaders = 'POST /api/upload HTTP/1.1\r\nHost: x\r\nX-Slow: ';
  const authorization = `Authorization: Basic ${Buffer.from(key).toString('base64')}`;
  const inBody =
    `POST /api/upload HTTP/1.1\r\nHost: x\r\n${authorization}\r\n` +
    'Content-Type: multipart/form-data; boundary=XX\r\nContent-Length: 900000\r\n\r\n--XX\r\n';
  quiet.push(await timesOfOthers(url, key));
  for (const [into, begins] of [
    [headers, [inHeaders]],
    [bodies, [inBody]],
    [both, [inHeaders, inBody]],
  ] as const) {
    const slow = begins.map((begin) => openSlowly(url, begin));
    await sleep(1_000);
    into.push(await timesOfOthers(url, key));
    for (const one of slow) one.close();
    await sleep(1_000);
  }
  guesses.push(await guessTimes(url, key.split(':')[0]!));
  await server.stop();
  place.remove();
}

const row = (what: string, times: readonly Times[], target = ''): string =>
  `| ${what} | ${median(times.map((one) => one.median)).toFixed(1)} | ${median(times.map(({ p99 }) => p99)).toFixed(1)} | ${Math.max(...times.map(({ p99 }) => p99)).toFixed(1)} | ${target} |`;
const target = `≤ ${targetP99Ms}`;
const isHit = Math.max(...both.map(({ p99 }) => p99)) <= targetP99Ms;
const text = `## Slow clients and guessed secrets

Measured ${new Date().toISOString().slice(0, 10)} at commit ${describeCommit()}: ${describeMachine()}, load average ${load.toFixed(1)} before the start; ${rounds} rounds.
Slow ones send a byte a second and come back as soon as they are hung up on; others ask for the list of builds on ${callers} separate connections.

| meanwhile | others, median ms | others, p99 ms | worst round | target |
| --------- | ----------------- | -------------- | ----------- | ------ |
${row('no other client', quiet)}
${row(`${slowOfEachKind} slow in their headers`, headers, target)}
${row(`${slowOfEachKind} slow in their bodies, with a key`, bodies, target)}
${row('both', both, target)}

- **${isHit ? 'hit' : 'miss'}** p99 of the others ≤ ${targetP99Ms} ms
- A wrong secret for a key that exists is answered after ${median(guesses.map(({ known }) => known)).toFixed(2)} ms, for one that does not after ${median(guesses.map(({ unknown }) => unknown)).toFixed(2)} ms (medians).`;
console.log(text);
if (!options.dry) writeResultsSection('security', text);
process.exit(0);
