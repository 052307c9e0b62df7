/** L16: ten times the load that the server can handle. */
import { memoryMb } from '../process-cost.ts';
import { createRelease, openScene } from '../scene.ts';
import type { Part } from './part.ts';

const overloadMs = 60_000;
/** Ten times the target of L2. */
const perSecond = 10_000;
const normalP99Ms = 150;
const recoverySeconds = 30;

export const overloaded: Part = {
  id: 'L16',
  title: '10,000 request_run a second for 60 s, from clients that never slow down',
  async run(bench) {
    const scene = await openScene(bench);
    await createRelease(scene, 'overload');
    const { accepted, statuses, seconds, ...seen } = await bench.generator.run('overload', {
      target: scene.target,
      buildId: scene.buildId,
      perSecond,
      connections: 1_000,
      forMs: overloadMs,
    });
    const endedAt = performance.now();
    let normalAfter = Infinity;
    for (let second = 0; second < recoverySeconds && normalAfter === Infinity; second++) {
      const begin = performance.now();
      const stats = await bench.generator.run('repeat', {
        target: scene.target,
        method: 'POST',
        path: '/api/request_run',
        fields: {
          build_id: scene.buildId,
          release_name: 'overload',
          release_number: 1,
          url: `http://shop.test/after/${second}/{i}`,
        },
        clients: 16,
        forMs: 1_000,
      });
      const isNormal = stats.p99 <= normalP99Ms && stats.statuses[200] === stats.count;
      if (isNormal) normalAfter = (begin - endedAt) / 1_000;
    }
    const hasCrashed = scene.server.hasEnded();
    const memory = memoryMb(scene.server.pid).peak;
    await scene.end();
    const sum = (wanted: (status: number) => boolean) =>
      Object.entries(statuses).reduce(
        (total, [status, count]) => total + (wanted(Number(status)) ? count : 0),
        0,
      );
    const refused = sum((status) => status === 429 || status === 503);
    return {
      figures: [
        { what: 'calls sent', unit: '/s', values: [seen.sent / seconds] },
        {
          what: 'calls not sent: none of 1,000 connections was free',
          unit: '/s',
          values: [seen.notSent / seconds],
        },
        { what: 'accepted', unit: '/s', values: [accepted.count / seconds] },
        { what: 'accepted, p99', unit: 'ms', values: [accepted.p99], atMost: 1_000 },
        { what: 'refused (429, 503)', unit: '/s', values: [refused / seconds] },
        { what: 'refused without Retry-After', unit: '', values: [seen.withoutRetryAfter], atMost: 0 },
        {
          what: 'answered otherwise, or not at all',
          unit: '',
          values: [sum((status) => ![200, 429, 503].includes(status))],
          atMost: 0,
        },
        { what: 'until p99 is as in L2 again', unit: 's', values: [normalAfter], atMost: 10 },
        { what: 'crashes', unit: '', values: [Number(hasCrashed)], atMost: 0 },
        { what: 'most resident memory of the server', unit: 'MiB', values: [memory] },
      ],
    };
  },
};
