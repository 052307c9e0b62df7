/** L17: operations on 5,000 runs at once, and how long other requests wait in the meantime. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '../connection.ts';
import { copyRows } from '../grow.ts';
import { openScene, type Scene } from '../scene.ts';
import type { Part } from './part.ts';

const runs = 5_000;
const pauseMs = 2;

interface Timed {
  ms: number;
  /** The slowest answer in the meantime to a request that needs no database. */
  waitMs: number;
}

/** A release with one reported run and copies of it. */
async function manyRuns(scene: Scene, releaseName: string, report: object): Promise<void> {
  const place = { build_id: scene.buildId, release_name: releaseName };
  await scene.call('POST', '/api/create_release', place);
  const run = { ...place, release_number: 1, run_name: 'original' };
  await scene.call('POST', '/api/report_run', { ...run, url: 'http://shop.test/' });
  await scene.call('POST', '/api/report_run', { ...run, ...report });
  await scene.restart((sql) =>
    copyRows(
      sql,
      'runs',
      `release_id = (select id from releases where name = '${releaseName}') and name = 'original'`,
      runs - 1,
      { name: `'/page/' || k` },
    ),
  );
}

async function timed(scene: Scene, path: string, body: object): Promise<Timed> {
  const text = JSON.stringify(body);
  const [asked, beside] = [
    new Connection(scene.server.url, scene.superuser.key),
    new Connection(scene.server.url, null),
  ];
  let isOver = false;
  let waitMs = 0;
  const others = (async () => {
    while (!isOver) {
      const startedAt = performance.now();
      await beside.request({ method: 'GET', path: '/static/dummy/dummy_page1.html', dropBody: true });
      waitMs = Math.max(waitMs, performance.now() - startedAt);
      await sleep(pauseMs);
    }
  })();
  await sleep(50);
  waitMs = 0;
  const startedAt = performance.now();
  const { status, body: answer } = await asked.request({
    method: 'POST',
    path: `/api/v1/builds/${scene.buildId}/${path}`,
    contentType: 'application/json',
    body: text,
  });
  const ms = performance.now() - startedAt;
  isOver = true;
  await others;
  asked.close();
  beside.close();
  if (status !== 200) throw new Error(`${path}: ${status} ${answer.toString().slice(0, 500)}`);
  return { ms, waitMs };
}

export const bulk: Part = {
  id: 'L17',
  title: '5,000 runs at once: approve, capture again, cancel by deciding',
  async run(bench) {
    const scene = await openScene(bench);
    const [image, refImage, diffImage] = scene.images;
    await manyRuns(scene, 'differs', { image, ref_image: refImage, diff_image: diffImage, distortion: 0.1 });
    await manyRuns(scene, 'failed', {
      config: scene.images[3],
      run_failed: 'The page returned status 500.',
    });
    const named = (release_name: string) => ({ release_name, release_number: 1 });
    const list = await scene.call<{ runs: { id: number[] } }>(
      'GET',
      `/api/v1/builds/${scene.buildId}/runs?release_name=differs&release_number=1`,
    );
    const [approve, retry, cancel]: [Timed[], Timed[], Timed[]] = [[], [], []];
    for (let round = 0; round < bench.rounds; round++) {
      const verdict = round % 2 === 0 ? 'approved' : 'rejected';
      approve.push(
        await timed(scene, 'runs/verdicts', {
          ...named('differs'),
          operation_id: `round ${round}`,
          runs: list.runs.id.map((run_id) => ({ run_id, verdict })),
        }),
      );
      retry.push(await timed(scene, 'runs/retry', named('failed')));
      cancel.push(await timed(scene, 'release/decision', { ...named('failed'), decision: 'bad' }));
      await timed(scene, 'release/decision', { ...named('failed'), decision: 'reopen' });
    }
    await scene.end();
    const isSqlite = bench.database === 'sqlite';
    const figuresOf = (what: string, times: Timed[], atMost?: number) => [
      { what, unit: 'ms', values: times.map(({ ms }) => ms), ...(atMost !== undefined && { atMost }) },
      {
        what: `${what}: the longest wait of others`,
        unit: 'ms',
        values: times.map(({ waitMs }) => waitMs),
        ...(isSqlite && { atMost: 50 }),
      },
    ];
    return {
      figures: [
        ...figuresOf('approving', approve, isSqlite ? undefined : 300),
        ...figuresOf('capturing again', retry),
        ...figuresOf('deciding, which cancels', cancel),
      ],
    };
  },
};
