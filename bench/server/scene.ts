/** A running server with a build, keys, and the data that loads need. */
import { Connection } from './connection.ts';
import { withDatabase, type Place, type Sql } from './places.ts';
import {
  startServer,
  prepare,
  type Prepared,
  type ServerOptions,
  type ServerProcess,
} from './server-process.ts';
import type { Generator } from './generator-process.ts';
import type { Target } from './loads/clients.ts';
import { failures, type Bench } from './parts/part.ts';

export interface Scene extends Prepared {
  place: Place;
  server: ServerProcess;
  /** Client with the build's key. */
  target: Target;
  /** Client with the worker key. */
  superuser: Target;
  /** Digests of twenty small artifacts. */
  images: string[];
  /** One call of the API; JSON both ways. @throws Error unless it is answered 200 */
  call<T = unknown>(method: 'GET' | 'POST', path: string, body?: object): Promise<T>;
  /** Stops the server, lets `work` change its database, and starts it again. */
  restart(work: (sql: Sql) => Promise<void>): Promise<void>;
  /** Stops the server and deletes its data. */
  end(): Promise<void>;
}

export async function openScene(bench: Bench, options: ServerOptions = {}): Promise<Scene> {
  const place = await bench.newPlace();
  const prepared = prepare(place);
  const start = async () => {
    const server = await startServer(place, options);
    scene.server = server;
    scene.target = { url: server.url, key: prepared.buildKey };
    scene.superuser = { url: server.url, key: prepared.superuserKey };
  };
  const scene = {
    ...prepared,
    place,
    images: [] as string[],
    async call<T>(method: 'GET' | 'POST', path: string, body?: object) {
      const connection = new Connection(scene.server.url, prepared.superuserKey);
      const answer = await connection.request({
        method,
        path,
        ...(body !== undefined && { contentType: 'application/json', body: JSON.stringify(body) }),
      });
      connection.close();
      if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.body.toString()}`);
      return JSON.parse(answer.body.toString()) as T;
    },
    async restart(work: (sql: Sql) => Promise<void>) {
      await scene.server.stop();
      await withDatabase(place, work);
      await start();
    },
    async end() {
      await scene.server.stop();
      place.remove();
    },
  } as Scene;
  await start();
  const uploaded = await bench.generator.run('upload', {
    target: scene.target,
    buildId: scene.buildId,
    bytes: 1_000,
    clients: 4,
    count: 20,
  });
  scene.images = uploaded.digests;
  return scene;
}

export async function createRelease(scene: Scene, releaseName: string): Promise<void> {
  await scene.call('POST', '/api/create_release', { build_id: scene.buildId, release_name: releaseName });
}

/** Reports runs `/page/from` … of a release. */
export async function reportRuns(
  scene: Scene,
  generator: Generator,
  releaseName: string,
  count: number,
): Promise<void> {
  const stats = await generator.run('repeat', {
    target: scene.target,
    method: 'POST',
    path: '/api/report_run',
    fields: reportFields(scene, releaseName, '/page/{i}'),
    clients: 16,
    count,
  });
  if (failures(stats.statuses) > 0) throw new Error(`Reports failed: ${JSON.stringify(stats.statuses)}`);
}

export function reportFields(scene: Scene, releaseName: string, runName: string) {
  return {
    build_id: scene.buildId,
    release_name: releaseName,
    release_number: 1,
    run_name: runName,
    image: scene.images,
  };
}

export async function markGood(scene: Scene, releaseName: string): Promise<void> {
  await scene.call('POST', `/api/v1/builds/${scene.buildId}/release/decision`, {
    release_name: releaseName,
    release_number: 1,
    decision: 'good',
  });
}

/** A good release with runs `/page/0` …, used as the baseline. */
export async function makeBaseline(scene: Scene, generator: Generator, runs: number): Promise<void> {
  await createRelease(scene, 'baseline');
  await reportRuns(scene, generator, 'baseline', runs);
  await markGood(scene, 'baseline');
}
