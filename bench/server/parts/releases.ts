/** L10 to L13: whole releases. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { copyRows } from '../grow.ts';
import { makeImages } from '../images.ts';
import { memoryMb } from '../process-cost.ts';
import { createRelease, markGood, openScene, reportRuns, type Scene } from '../scene.ts';
import { tendTo } from '../server-process.ts';
import { failures, type Part } from './part.ts';

const embeddedWorkers = 4;
const patienceMs = 480_000;

interface ReleaseEntry {
  release: { name: string; number: number; status: string };
  counts: Record<string, number>;
}

async function releaseNamed(scene: Scene, name: string): Promise<ReleaseEntry> {
  const path = `/api/v1/builds/${scene.buildId}/releases?release_name=${name}`;
  return (await scene.call<{ releases: ReleaseEntry[] }>('GET', path)).releases[0]!;
}

async function untilReviewing(scene: Scene, name: string): Promise<ReleaseEntry> {
  const endAt = performance.now() + patienceMs;
  for (;;) {
    const found = await releaseNamed(scene, name);
    if (found.release.status === 'reviewing') return found;
    if (performance.now() > endAt) throw new Error(`Release ${name} is still ${found.release.status}.`);
    await sleep(100);
  }
}

export const uploadedRelease: Part = {
  id: 'L10',
  title: 'a release of 1,000 uploaded images, 1280×800, 5 % of them different',
  async run(bench) {
    const { before, changed } = await makeImages(1_000);
    const scene = await openScene(bench, { workers: embeddedWorkers });
    const load = { target: scene.target, buildId: scene.buildId, clients: 8 };
    await bench.generator.run('uploadRelease', {
      ...load,
      releaseName: 'before',
      files: before,
      withBaseline: false,
    });
    await untilReviewing(scene, 'before');
    await markGood(scene, 'before');
    const startedAt = performance.now();
    const sent = await bench.generator.run('uploadRelease', {
      ...load,
      releaseName: 'after',
      files: changed,
      withBaseline: true,
    });
    const { counts } = await untilReviewing(scene, 'after');
    const seconds = (performance.now() - startedAt) / 1_000;
    await scene.end();
    const expected = before.filter((file, index) => file !== changed[index]).length;
    return {
      figures: [
        { what: 'from creating it until it is ready for review', unit: 's', values: [seconds], atMost: 90 },
        { what: 'of that, until the client was done', unit: 's', values: [sent.seconds] },
        { what: 'calls that failed', unit: '', values: [failures(sent.statuses)], atMost: 0 },
        {
          what: `differences found minus the ${expected} there are`,
          unit: '',
          values: [counts['undecided']! - expected],
          atMost: 0,
          atLeast: 0,
        },
      ],
    };
  },
};

export const capturedRelease: Part = {
  id: 'L11',
  title: 'a release of 500 captured pages, each compared with the release before',
  async run(bench) {
    const pages = 500;
    const site = spawn(process.execPath, [join(import.meta.dirname, '..', '..', 'local', 'server.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    tendTo(site);
    const port = await new Promise<string>((resolve) =>
      site.stdout.once('data', (line: Buffer) => resolve(/\d+/.exec(line.toString())![0])),
    );
    const scene = await openScene(bench, { workers: embeddedWorkers });
    await createRelease(scene, 'captured');
    const startedAt = performance.now();
    const asked = await bench.generator.run('repeat', {
      target: scene.target,
      method: 'POST',
      path: '/api/request_run',
      fields: {
        build_id: scene.buildId,
        release_name: 'captured',
        release_number: 1,
        url: `http://127.0.0.1:${port}/page/{i}`,
      },
      clients: 8,
      count: pages,
    });
    await scene.call('POST', '/api/runs_done', {
      build_id: scene.buildId,
      release_name: 'captured',
      release_number: 1,
    });
    const { counts } = await untilReviewing(scene, 'captured');
    const seconds = (performance.now() - startedAt) / 1_000;
    await scene.end();
    site.kill();
    return {
      figures: [
        {
          what: 'from the first request until it is ready for review',
          unit: 's',
          values: [seconds],
          atMost: 240,
        },
        { what: 'pages', unit: '/s', values: [pages / seconds] },
        {
          what: 'requests and captures that failed',
          unit: '',
          values: [failures(asked.statuses) + counts['failed']!],
          atMost: 0,
        },
      ],
    };
  },
};

export const releasePage: Part = {
  id: 'L12',
  title: 'what the page of a release with 5,000 runs loads first',
  async run(bench) {
    const scene = await openScene(bench);
    await createRelease(scene, 'big');
    await reportRuns(scene, bench.generator, 'big', 100);
    await scene.restart((sql) =>
      copyRows(sql, 'runs', `name like '/page/%'`, 49, { name: `name || '/' || k` }),
    );
    const path = `/api/v1/builds/${scene.buildId}/runs`;
    const load = {
      target: scene.target,
      method: 'GET' as const,
      path,
      fields: { release_name: 'big', release_number: 1 },
      clients: 1,
    };
    await bench.generator.run('repeat', { ...load, count: 10 });
    const times: number[] = [];
    let bytes = 0;
    for (let round = 1; round <= bench.rounds; round++) {
      const stats = await bench.generator.run('repeat', { ...load, count: 20 });
      times.push(stats.p95);
      bytes = stats.bytes / stats.count;
    }
    const { counts } = await releaseNamed(scene, 'big');
    await scene.end();
    return {
      figures: [
        { what: `list_runs of ${counts['total']} runs, p95`, unit: 'ms', values: times, atMost: 500 },
        { what: 'its size', unit: 'KB', values: [bytes / 1_000] },
      ],
    };
  },
};

export const parallelJobs: Part = {
  id: 'L13',
  title: '50 releases at once, 100 runs each, every run with a separate upload',
  async run(bench) {
    const [releases, runs] = [50, 100];
    const scene = await openScene(bench);
    const seen = await bench.generator.run('parallelReleases', {
      target: scene.target,
      buildId: scene.buildId,
      releases,
      runs,
    });
    const path = `/api/v1/builds/${scene.buildId}/releases?page_size=100`;
    const list = await scene.call<{ releases: ReleaseEntry[] }>('GET', path);
    const kept = list.releases.reduce((sum, { counts }) => sum + counts['total']!, 0);
    const open = list.releases.filter(({ release }) => release.status !== 'reviewing').length;
    const peak = memoryMb(scene.server.pid).peak;
    await scene.end();
    return {
      figures: [
        { what: 'calls', unit: '/s', values: [seen.rate] },
        { what: 'a call, p99', unit: 'ms', values: [seen.p99], atMost: 1_000 },
        { what: 'calls not answered 200', unit: '', values: [failures(seen.statuses)], atMost: 0 },
        { what: `runs lost, of ${releases * runs}`, unit: '', values: [releases * runs - kept], atMost: 0 },
        { what: 'releases that are not ready for review', unit: '', values: [open], atMost: 0 },
        { what: 'most resident memory of the server', unit: 'MiB', values: [peak] },
      ],
    };
  },
};
