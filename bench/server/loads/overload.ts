import { Connection } from '../connection.ts';
import { form, formType, summarise, type Stats, type Target } from './clients.ts';

export interface OverloadInput {
  target: Target;
  buildId: number;
  /** Calls started per second, whether or not earlier ones were answered. */
  perSecond: number;
  /** Calls without a free connection are not sent. */
  connections: number;
  forMs: number;
}

export interface OverloadResult {
  accepted: Pick<Stats, 'count' | 'p50' | 'p95' | 'p99' | 'max'>;
  seconds: number;
  sent: number;
  notSent: number;
  statuses: Record<number, number>;
  /** Refusals (429, 503) without `Retry-After`. */
  withoutRetryAfter: number;
}

const stepMs = 5;

/** Reports of new runs at a fixed pace, by clients that never slow down. */
export async function overload(input: OverloadInput): Promise<OverloadResult> {
  const { target, buildId, perSecond, forMs } = input;
  const free = Array.from({ length: input.connections }, () => new Connection(target.url, target.key));
  const all = [...free];
  const times: number[] = [];
  const statuses: Record<number, number> = {};
  let withoutRetryAfter = 0;
  let sent = 0;
  let notSent = 0;
  const underWay = new Set<Promise<void>>();

  async function call(connection: Connection, index: number): Promise<void> {
    const begin = performance.now();
    const body = form({
      build_id: buildId,
      release_name: 'overload',
      release_number: 1,
      url: `http://shop.test/${index}`,
    });
    const answer = await connection
      .request({ method: 'POST', path: '/api/request_run', contentType: formType, body, dropBody: true })
      .catch(() => null);
    const status = answer?.status ?? 0;
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (status === 200) times.push(performance.now() - begin);
    if ((status === 429 || status === 503) && answer?.headers.has('retry-after') === false)
      withoutRetryAfter++;
    free.push(connection);
  }

  // Clients that are already connected: how quickly a thousand new ones are accepted is another question.
  for (const connection of all) await connection.request({ method: 'GET', path: '/healthz' });
  const startedAt = performance.now();
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const elapsed = performance.now() - startedAt;
      if (elapsed >= forMs) {
        clearInterval(timer);
        resolve();
        return;
      }
      for (let due = Math.floor((elapsed / 1_000) * perSecond) - sent - notSent; due > 0; due--) {
        const connection = free.pop();
        if (connection === undefined) {
          notSent += due;
          break;
        }
        const work = call(connection, sent++);
        underWay.add(work);
        void work.finally(() => underWay.delete(work));
      }
    }, stepMs);
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  await Promise.all(underWay);
  for (const connection of all) connection.close();
  return { accepted: summarise(times), seconds, sent, notSent, statuses, withoutRetryAfter };
}
