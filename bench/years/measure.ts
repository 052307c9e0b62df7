/** Times calls of a running server, one after the other. */
import { median } from '../machine.ts';
import { startServer } from '../server/server-process.ts';
import type { ServerProcess } from '../server/server-process.ts';
import { reads, writes } from './calls.ts';
import type { Call } from './calls.ts';
import type { FilledPlace } from './filled.ts';

export interface Times {
  median: number;
  max: number;
  /** An answer that was not the expected one. */
  refused: string | null;
}

/** Milliseconds by call. */
export async function measureCalls(filled: FilledPlace, rounds: number): Promise<Map<string, Times>> {
  const server = await startServer(filled.place);
  try {
    const asPerson = await signIn(server, filled);
    const asKey = { authorization: `Basic ${Buffer.from(filled.superuserKey).toString('base64')}` };
    const times = new Map<string, { all: number[]; refused: string | null }>();
    const ask = async (call: Call, headers: Record<string, string>) => {
      const began = performance.now();
      const answer = await fetch(server.url + call.path, {
        method: call.method,
        headers: { ...headers, ...(call.body !== undefined && { 'content-type': 'application/json' }) },
        ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
      });
      const text = await answer.text();
      const known = times.get(call.what) ?? { all: [], refused: null };
      known.all.push(performance.now() - began);
      if (!answer.ok) known.refused = `${answer.status} ${text.slice(0, 200)}`;
      times.set(call.what, known);
    };
    for (let round = 0; round < rounds; round++) {
      for (const call of reads(filled, round)) await ask(call, asPerson);
      for (const call of writes(filled, round)) await ask(call, asKey);
    }
    return new Map(
      [...times].map(([what, { all, refused }]) => [
        what,
        { median: median(all), max: Math.max(...all), refused },
      ]),
    );
  } finally {
    await server.stop();
  }
}

async function signIn(server: ServerProcess, { person }: FilledPlace): Promise<Record<string, string>> {
  const answer = await fetch(`${server.url}/api/v1/sign_in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(person),
  });
  if (!answer.ok) throw new Error(`sign_in: ${answer.status} ${await answer.text()}`);
  const cookies = answer.headers.getSetCookie().map((line) => line.slice(0, line.indexOf(';')));
  return { cookie: cookies.join('; ') };
}
