/**
 * Times uploads and reads while passwords are being guessed, against a server as users run it:
 *   node bench/security/passwords.ts [--rounds N] [--no-build] [--dry]
 */
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { describeCommit, describeMachine, median, recentLoad, writeResultsSection } from '../machine.ts';
import { Connection } from '../server/connection.ts';
import { sendFile } from '../server/loads/upload.ts';
import { newPlace, removeAll } from '../server/places.ts';
import { buildProduct } from '../server/product.ts';
import { killAll, prepare, startServer } from '../server/server-process.ts';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    'no-build': { type: 'boolean', default: false },
    dry: { type: 'boolean', default: false },
    /** This process guesses passwords: server address, connections, and number of source addresses. */
    attack: { type: 'string' },
  },
});

const callMs = 8_000;
const callers = 4;
const fileBytes = 200_000;
const targetP99Ms = 500;

interface Times {
  uploadP99: number;
  readP99: number;
  readMedian: number;
}

/** @param addresses 1: all from one; 0: each attempt from another, like many machines */
interface Attack {
  url: string;
  connections: number;
  addresses: 0 | 1;
}

if (options.attack !== undefined) tryPasswords(JSON.parse(options.attack) as Attack);
else await measure();

/** Each connection sends the next password as soon as the last one is answered, endlessly. */
function tryPasswords({ url, connections, addresses }: Attack): void {
  const { hostname, port } = new URL(url);
  let count = 0;
  for (let index = 0; index < connections; index++) {
    const socket = connect(Number(port), hostname);
    const next = () => {
      count++;
      const body = JSON.stringify({ email: `person${count % 500}@example.org`, password: `guess ${count}` });
      const group = (count % 65_536).toString(16);
      const from = addresses === 1 ? '2001:db8::1' : `2001:db8:${index.toString(16)}:${group}::1`;
      socket.write(
        `POST /api/v1/sign_in HTTP/1.1\r\nHost: ${hostname}\r\nX-Forwarded-For: ${from}\r\n` +
          `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
    };
    socket.on('data', next);
    socket.on('error', () => {});
    socket.on('connect', next);
  }
}

async function timesOfOthers(url: string, key: string, buildId: number): Promise<Times> {
  const uploads: number[] = [];
  const reads: number[] = [];
  const bytes = randomBytes(fileBytes);
  const end = performance.now() + callMs;
  await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      const connection = new Connection(url, key);
      const own = Buffer.from(bytes);
      for (let count = 0; performance.now() < end; count++) {
        own.writeUInt32LE(count, 0);
        own.writeUInt32LE(caller + Math.floor(end), 4);
        for (const [into, call] of [
          [uploads, () => sendFile(connection, buildId, 'file.bin', own)],
          [reads, () => connection.request({ method: 'GET', path: '/api/v1/builds' })],
        ] as const) {
          const start = performance.now();
          const { status } = await call();
          if (status !== 200) throw new Error(`Others were answered ${status}.`);
          into.push(performance.now() - start);
        }
      }
    }),
  );
  return { uploadP99: p99(uploads), readP99: p99(reads), readMedian: median(reads) };
}

function p99(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)]!;
}

async function measure(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  process.once('exit', () => {
    killAll();
    removeAll();
  });
  if (!options['no-build']) buildProduct();
  const load = recentLoad();
  const rounds = Number.parseInt(options.rounds);
  const cases = [
    { what: 'no other client', connections: 0, addresses: 1 },
    { what: '16 connections that try passwords, one address', connections: 16, addresses: 1 },
    { what: '100 of them, one address', connections: 100, addresses: 1 },
    { what: '16, each try from another address', connections: 16, addresses: 0 },
    { what: '100, each try from another address', connections: 100, addresses: 0 },
  ] as const;
  const results = new Map<string, Times[]>(cases.map(({ what }) => [what, []]));
  for (let round = 0; round < rounds; round++) {
    const place = await newPlace('sqlite');
    const { buildKey: key, buildId } = prepare(place);
    const server = await startServer(place, { settings: { DPXDT_TRUSTED_PROXIES: '127.0.0.1' } });
    for (const { what, connections, addresses } of cases) {
      const attack = { url: server.url, connections, addresses } satisfies Attack;
      const attacker =
        connections === 0 ? null : fork(import.meta.filename, ['--attack', JSON.stringify(attack)]);
      await sleep(1_000);
      results.get(what)!.push(await timesOfOthers(server.url, key, buildId));
      attacker?.kill('SIGKILL');
      await sleep(1_000);
    }
    await server.stop();
    place.remove();
  }
  const column = (times: readonly Times[], of: keyof Times) => {
    const values = times.map((one) => one[of]);
    return `${median(values).toFixed(0)} (${Math.max(...values).toFixed(0)})`;
  };
  const rows = [...results].map(
    ([what, times]) =>
      `| ${what} | ${column(times, 'uploadP99')} | ${column(times, 'readP99')} | ${column(times, 'readMedian')} |`,
  );
  const isHit = [...results.values()]
    .flat()
    .every(({ uploadP99, readP99 }) => Math.max(uploadP99, readP99) <= targetP99Ms);
  const text = `## Passwords that are tried

Measured ${new Date().toISOString().slice(0, 10)} at commit ${describeCommit()}: ${describeMachine()}, load average ${load.toFixed(1)} before the start; ${rounds} rounds, \`node bench/security/passwords.ts\`.
Others upload ${fileBytes / 1_000} KB and ask for the list of builds in turns, on ${callers} connections with a key. Median of the rounds, worst round in brackets.

| meanwhile | upload, p99 ms | read, p99 ms | read, median ms |
| --------- | -------------- | ------------ | --------------- |
${rows.join('\n')}

- **${isHit ? 'hit' : 'miss'}** p99 of the others ≤ ${targetP99Ms} ms`;
  console.log(text);
  if (!options.dry) writeResultsSection('passwords', text);
  process.exit(0);
}
