/** Clients that each send one request after another, and their results. */
import { Connection } from '../connection.ts';

export interface Target {
  url: string;
  /** API key as `id:secret`; null: without credentials. */
  key: string | null;
}

export interface Stats {
  /** Completed calls. */
  count: number;
  /** From the first call to the last answer. */
  seconds: number;
  /** Calls per second. */
  rate: number;
  /** Milliseconds. */
  p50: number;
  p95: number;
  p99: number;
  max: number;
  /** Answers by status; 0: the connection broke. */
  statuses: Record<number, number>;
  /** Bytes of all answers' bodies. */
  bytes: number;
}

export interface Extent {
  clients: number;
  /** Ends after this time … */
  forMs?: number;
  /** … or after this many calls. */
  count?: number;
}

/** One call; returns the status of the answer. */
type Work = (
  connection: Connection,
  index: number,
  client: number,
) => Promise<{ status: number; bytes: number }>;

export async function runClients(target: Target, extent: Extent, work: Work): Promise<Stats> {
  const times: number[] = [];
  const statuses: Record<number, number> = {};
  let bytes = 0;
  let next = 0;
  const connections = Array.from({ length: extent.clients }, () => new Connection(target.url, target.key));
  const startedAt = performance.now();
  const endAt = startedAt + (extent.forMs ?? Infinity);
  await Promise.all(
    connections.map(async (connection, client) => {
      while (next < (extent.count ?? Infinity)) {
        const begin = performance.now();
        if (begin >= endAt) break;
        const answer = await work(connection, next++, client).catch(() => ({ status: 0, bytes: 0 }));
        times.push(performance.now() - begin);
        statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
        bytes += answer.bytes;
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  for (const connection of connections) connection.close();
  return { ...summarise(times), seconds, rate: times.length / seconds, statuses, bytes };
}

/** @param times milliseconds, in any order */
export function summarise(times: number[]): Pick<Stats, 'count' | 'p50' | 'p95' | 'p99' | 'max'> {
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? NaN;
  return { count: times.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

export const formType = 'application/x-www-form-urlencoded';

export function form(fields: Record<string, string | number>): string {
  return new URLSearchParams(
    Object.entries(fields).map(([name, value]) => [name, String(value)] as [string, string]),
  ).toString();
}
