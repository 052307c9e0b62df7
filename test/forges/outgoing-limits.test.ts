/** The limits of every call that the server makes on its own, to forges and to endpoints of events alike. */

import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createEventCalls } from '../../src/adapters/events/event-calls.ts';
import { createForges } from '../../src/adapters/forges/forge-calls.ts';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { forgeKinds, type ForgeKind } from '../../src/domain/forges/forge-kinds.ts';
import type { ForgeProblem } from '../../src/ports/forges.ts';
import { deliverEvent, takeEvents } from '../../src/services/events/deliver-event.ts';
import { createEndpoint } from '../../src/services/events/save-endpoint.ts';
import { listEndpoints } from '../../src/services/events/list-events.ts';
import { createRelease } from '../../src/services/releases/create-release.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import { listDeliveries } from '../../src/services/forges/list-connections.ts';
import { named, openWorld, report as reportRun, root, uploadImage } from '../support/server-world.ts';
import { deliverAll, here, hourMs, minuteMs, openForgeWorld } from './support/forge-world.ts';

const secondMs = 1_000;
const rules = { allowPrivate: true };
const options = { rules, clock: systemClock, version: '1' };
/** 0 and almost 1 are the ends of the spread. */
const randoms = [0, 0.999_999, 0.5, 0.25, 0.75];
const spread = (pauseMs: number, random: number) => Math.round(pauseMs * (0.8 + 0.4 * random));

afterEach(() => void vi.restoreAllMocks());

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Sends a status to a forge. @returns what went wrong */
async function statusProblem(kind: ForgeKind, baseUrl: string): Promise<string | null> {
  const repository = kind === 'azure_devops' ? 'org/acme/shop' : 'acme/shop';
  const access = { kind, baseUrl, repository, appId: null, token: 'the-token' };
  const target = kind === 'azure_devops' ? 'pull/7' : here.commit;
  const status = { target, word: 'pending', text: 't', url: 'https://x.test', context: 'c', key: 'k' };
  return createForges(options)
    .sendStatus(access, { ...status, branch: null })
    .then(
      () => null,
      (error: unknown) => (error as ForgeProblem).message,
    );
}

const event = { id: 'e1', at: 0, body: '{}', secrets: ['whsec_AAAA'] };

/** Sends an event. @returns its answer's status, or what went wrong */
async function eventAnswer(address: string): Promise<number | string> {
  return createEventCalls(options)
    .send(address, event)
    .then(
      ({ status }) => status,
      (error: unknown) => (error as Error).message,
    );
}

describe('a failure is tried again', () => {
  it('at a forge after 5 s, 30 s, 2 min, 10 min, then hourly, each spread by ± 20 %', async () => {
    const tried = await openForgeWorld('github');
    const { world, forge, forges } = tried;
    let random = 0;
    const deps = { ...world.deps, ids: { ...world.deps.ids, random: () => random } };
    forge.faults.push(...Array.from({ length: 100 }, () => ({ what: 503 })));
    await tried.release({ pullRequest: undefined });
    const pauses = [5 * secondMs, 30 * secondMs, 2 * minuteMs, 10 * minuteMs, hourMs, hourMs, hourMs];
    for (const [index, pauseMs] of pauses.entries()) {
      random = randoms[index % randoms.length]!;
      await deliverAll(deps, forges);
      expect(forge.calls, `attempt ${index + 1}`).toHaveLength(index + 1);
      const [waiting] = await listDeliveries(deps, root, { state: 'waiting' });
      const expected = spread(pauseMs, random);
      expect(waiting!.delivery.dueAt! - world.clock.now(), `after attempt ${index + 1}`).toBe(expected);
      world.clock.advance(expected - 1);
      await deliverAll(deps, forges);
      expect(forge.calls, 'a millisecond early').toHaveLength(index + 1);
      world.clock.advance(1);
    }
    // A day after the first failure it is given up.
    for (let hours = 0; hours < 30; hours++) {
      await deliverAll(deps, forges);
      world.clock.advance(1.2 * hourMs);
    }
    const made = forge.calls.length;
    expect(made).toBeGreaterThan(20);
    expect(made).toBeLessThan(35);
    expect(await listDeliveries(deps, root, { state: 'failed' })).toHaveLength(1);
  });

  it('at an endpoint after 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h, each spread by ± 20 %; then the endpoint is off', async () => {
    const world = await openWorld('sqlite');
    const { clock, build } = world;
    let calls = 0;
    const address = await listen((_, response) => void response.writeHead(500).end(String(calls++)));
    const eventCalls = createEventCalls({ ...options, clock });
    const buildId = build.id;
    let random = 0;
    const deps = { ...world.deps, ids: { ...world.deps.ids, random: () => random } };
    await createEndpoint(deps, eventCalls, root, {
      buildId,
      kind: 'webhook',
      address,
      types: ['release.ready'],
    });
    const release = await createRelease(deps, root, { buildId, releaseName: 'r' });
    const images = await Promise.all(['a', 'b', 'c'].map((name) => uploadImage(world, name)));
    const [image, refImage, diffImage] = images;
    await reportRun(world, release, '/', { image, refImage, diffImage, distortion: 0.1 });
    await runsDone(deps, root, named(release));
    const sendDue = async () => {
      for (const taken of await takeEvents(deps, 12)) await deliverEvent(deps, eventCalls, taken);
    };
    const pauses = [
      5 * secondMs,
      5 * minuteMs,
      30 * minuteMs,
      ...[2, 5, 10, 14, 20, 24].map((of) => of * hourMs),
    ];
    for (const [index, pauseMs] of pauses.entries()) {
      random = randoms[index % randoms.length]!;
      await sendDue();
      expect(calls, `attempt ${index + 1}`).toBe(index + 1);
      clock.advance(spread(pauseMs, random) - 1);
      await sendDue();
      expect(calls, 'a millisecond early').toBe(index + 1);
      clock.advance(1);
    }
    await sendDue();
    expect(calls).toBe(10);
    const [endpoint] = await listEndpoints(deps, root, { buildId });
    expect(endpoint!.disabledAt).toBe(clock.now());
    clock.advance(100 * hourMs);
    await sendDue();
    expect(calls).toBe(10);
  });
});

describe('a call', () => {
  it('ends after 15 s, whether the other side says nothing or never ends', async () => {
    const asked: number[] = [];
    let pass = () => {};
    // The time passes when the test says so.
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((timeoutMs) => {
      asked.push(timeoutMs);
      const controller = new AbortController();
      pass = () => controller.abort(new DOMException('It took too long.', 'TimeoutError'));
      return controller.signal;
    });
    const places: Record<string, (reached: () => void) => RequestListener> = {
      'says nothing': (reached) => () => reached(),
      'never ends': (reached) => (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).write('{', reached);
      },
    };
    for (const [name, place] of Object.entries(places)) {
      const reach = async (call: (url: string) => Promise<unknown>) => {
        const reached = Promise.withResolvers<void>();
        const url = await listen(place(reached.resolve));
        const answered = call(url);
        await reached.promise;
        pass();
        return answered;
      };
      expect(await reach((url) => statusProblem('github', url)), name).toBe(
        'GitHub did not answer within 15 s.',
      );
      expect(await reach(eventAnswer), name).toBe('The endpoint did not answer within 15 s.');
    }
    expect(asked).toEqual([15_000, 15_000, 15_000, 15_000]);
  });

  it('reads 64 KiB of an answer, then breaks off', async () => {
    const piece = 'x'.repeat(16_384);
    let bytes = 0;
    let breaks = 0;
    // Longer than anything that the network between keeps.
    const url = await listen((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' }).on('close', () => breaks++);
      const write = (): void => {
        if (response.destroyed || bytes > 512 * 1_048_576) return;
        bytes += piece.length;
        if (response.write(piece)) setImmediate(write);
        else response.once('drain', write);
      };
      write();
    });
    expect(await statusProblem('gitea', url)).toBeNull();
    expect(await eventAnswer(url)).toBe(200);
    await expect.poll(() => breaks).toBe(2);
    expect(bytes).toBeLessThan(64 * 1_048_576);
  });

  it('takes exactly 64 KiB, so that a refusal that is longer has no sentence', async () => {
    const padded = (length: number) => {
      const text = JSON.stringify({ message: 'It says no.', padding: '' });
      return text.replace('""', JSON.stringify('x'.repeat(length - text.length)));
    };
    let length = 0;
    const url = await listen((_, response) => {
      response.writeHead(422, { 'content-type': 'application/json' }).end(padded(length));
    });
    length = 65_536;
    expect(await statusProblem('gitea', url)).toBe('Gitea answered with status 422: It says no.');
    length = 65_537;
    expect(await statusProblem('gitea', url)).toBe('Gitea answered with status 422.');
    expect(await eventAnswer(url)).toBe(422);
  });

  it.each(forgeKinds)(
    'to %s takes its token to no other host, port or scheme, however it is redirected',
    async (kind) => {
      let stolen = 0;
      const thief = await listen((_, response) => void response.end(String(stolen++)));
      const elsewhere = new URL(thief).host;
      for (const status of [301, 302, 303, 307, 308]) {
        for (const location of [
          `${thief}/x`,
          `//${elsewhere}/x`,
          `https://${elsewhere}/x`,
          'file:///etc/passwd',
          'javascript:alert(1)',
          'http://[',
        ]) {
          const url = await listen((_, response) => void response.writeHead(status, { location }).end());
          const problem = await statusProblem(kind, url);
          expect(problem, `${status} ${location}`).toMatch(
            /redirects to another host|answered with status 30\d/,
          );
          expect(problem).not.toContain('the-token');
        }
      }
      expect(stolen).toBe(0);
    },
  );

  it('follows three redirects within a forge, not a fourth, and none of an endpoint', async () => {
    const paths: string[] = [];
    let left = 0;
    const url = await listen((request, response) => {
      paths.push(request.url!);
      if (left-- > 0) response.writeHead(307, { location: `/moved/${left}` }).end();
      else response.end('{}');
    });
    left = 3;
    expect(await statusProblem('gitea', url)).toBeNull();
    expect(paths).toHaveLength(4);
    left = 4;
    expect(await statusProblem('gitea', url)).not.toBeNull();
    expect(paths).toHaveLength(8);
    for (const [index, status] of [301, 302, 303, 307, 308].entries()) {
      const once = await listen((request, response) => {
        paths.push(request.url!);
        response.writeHead(status, { location: '/same-host' }).end();
      });
      expect(await eventAnswer(`${once}/hook`)).toBe(status);
      expect(paths.slice(8)).toHaveLength(index + 1);
    }
    expect(paths).not.toContain('/same-host');
  });
});
