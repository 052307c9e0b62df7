/** What is asked for many runs and artifacts at once says the same as each of them judged alone. */
import { describe, expect, it } from 'vitest';
import { defaultBaselineSettings } from '../../src/domain/baselines/settings.ts';
import { isOnMain } from '../../src/domain/baselines/placed-release.ts';
import type { PlacedRelease } from '../../src/domain/baselines/placed-release.ts';
import type { Store, Transaction } from '../../src/ports/store.ts';
import { freedBy } from '../../src/services/releases/freed-disk.ts';
import { livePagesOf } from '../../src/services/releases/live-baselines.ts';
import { seededRandom } from '../support/random-pair.ts';
import { storeKinds } from '../support/server-world.ts';
import { watchedDatabase } from './support/watched-database.ts';

interface Run {
  id: number;
  releaseId: number;
  name: string;
  image: string | null;
  status: string;
  verdict: string;
  uses: readonly string[];
}

const build = 1;
const otherBuild = 2;

/** Releases of a few runs and two of many, with artifacts that one run uses, some, or nearly all of them. */
async function fill(kind: (typeof storeKinds)[number], seed: number) {
  const random = seededRandom(seed);
  const below = (count: number) => Math.floor(random() * count);
  const pick = <T>(...values: T[]): T => values[below(values.length)]!;
  const database = await watchedDatabase(kind);
  await database.sql(`insert into builds (name, is_public, send_email, created_at)
    values ('Shop', 0, 0, 1), ('Other', 0, 0, 1)`);
  const releaseIds = Array.from({ length: 60 }, (_, index) => index + 1);
  const insert = (table: string, columns: string, rows: readonly (readonly unknown[])[]) =>
    database.sql(
      `insert into ${table} (${columns}) values ${rows
        .map(
          (row) =>
            `(${row.map((value) => (typeof value === 'string' ? `'${value}'` : String(value))).join()})`,
        )
        .join()}`,
    );
  await insert(
    'releases',
    'build_id, name, number, status, branch, pull_request, repository, head_repository, deleted_at, version, status_version, created_at, status_at, updated_at',
    releaseIds.map((id) => [
      id === 60 ? otherBuild : build,
      'r',
      id,
      pick('good', 'good', 'bad', 'reviewing'),
      pick(null, 'main', 'main', 'topic'),
      pick(null, null, '7'),
      'git.example/shop',
      pick(null, 'git.example/shop', 'git.example/fork'),
      pick(null, null, null, 1),
      ...[1, 1, 1, 1, 1],
    ]),
  );
  const runs: Run[] = [];
  for (const releaseId of releaseIds) {
    const count = releaseId === 20 ? 450 : releaseId === 30 ? 2_300 : below(6);
    for (let index = 0; index < count; index++) {
      const id = runs.length + 1;
      const near = `near ${Math.floor(id / (1 + below(40)))}`;
      const uses = new Set([
        ...pick([], ['everywhere']),
        ...pick(
          [],
          [`of 20 and before ${below(30)}`].filter(() => releaseId <= 20),
        ),
        ...pick(
          [],
          ['large'].filter(() => releaseId === 30),
        ),
        ...pick([], [`alone ${id}`], [near], [near, `wide ${below(50)}`]),
      ]);
      runs.push({
        id,
        releaseId,
        name: `/${below(3)}/${index}`,
        image: pick(null, 'a', 'a'),
        status: pick('failed', 'diff_found', 'diff_found'),
        verdict: pick('rejected', 'none', 'none'),
        uses: [...uses],
      });
    }
  }
  await insert(
    'runs',
    'build_id, release_id, name, image, status, verdict, run_state, run_requests, ref_state, ref_requests, diff_failed, diff_requests, version, facts_version, created_at, updated_at',
    runs.map(({ releaseId, name, image, status, verdict }) => [
      releaseId === 60 ? otherBuild : build,
      ...[releaseId, name, image, status, verdict],
      ...['done', 1, 'none', 0, 0, 0, 1, 1, 1, 1],
    ]),
  );
  const sizes = new Map(runs.flatMap(({ uses }) => uses.map((sha1) => [sha1, 1 + below(1_000)] as const)));
  const ofOther = new Set([...sizes.keys()].filter(() => random() < 0.1));
  await insert(
    'artifacts',
    'sha1, sha256, size, created_at',
    [...sizes].map(([sha1, size]) => [sha1, '', size, 1]),
  );
  await insert(
    'artifact_ownerships',
    'build_id, sha1, content_type, created_at',
    [...sizes.keys()].flatMap((sha1) =>
      [build, ...(ofOther.has(sha1) ? [otherBuild] : [])].map((id) => [id, sha1, 'image/png', 1]),
    ),
  );
  await insert(
    'artifact_uses',
    'build_id, sha1, run_id',
    runs.flatMap(({ id, releaseId, uses }) =>
      uses.map((sha1) => [releaseId === 60 ? otherBuild : build, sha1, id]),
    ),
  );
  const store = {
    read: <T>(work: (tx: Transaction) => Promise<T>) => work(database.repositories as Transaction),
  };
  return {
    store: store as Store,
    runs: runs.filter(({ releaseId }) => releaseId < 60),
    sizes,
    ofOther,
    random,
  };
}

describe.each(storeKinds)('over random data on %s', (kind) => {
  it.each([1, 2, 3])(
    'frees what each artifact, judged alone, loses its last use of (seed %i)',
    async (seed) => {
      const { store, runs, sizes, ofOther, random } = await fill(kind, seed);
      for (const share of [0.1, 0.5, 0.9, 1]) {
        const leaving = new Set(
          Array.from({ length: 59 }, (_, index) => index + 1).filter((id) => random() < share || id === 30),
        );
        let [artifacts, bytes] = [0, 0];
        for (const [sha1, size] of sizes) {
          const users = runs.filter(({ uses }) => uses.includes(sha1));
          const isFreed = users.length > 0 && users.every(({ releaseId }) => leaving.has(releaseId));
          if (!isFreed || ofOther.has(sha1)) continue;
          artifacts++;
          bytes += size;
        }
        expect(artifacts).toBeGreaterThan(100);
        const releases = [...leaving].map((id) => ({ id }));
        expect(await freedBy(store, build, releases)).toEqual({ artifacts, bytes });
      }
    },
  );

  it.each([1, 2, 3])(
    'finds the pages that each release, judged alone, is the newest of (seed %i)',
    async (seed) => {
      const { store, runs } = await fill(kind, seed);
      const placed = await store.read((tx) => tx.deletions.placed(build, Number.MAX_SAFE_INTEGER, 100));
      const byId = new Map(placed.map((release) => [release.id, release]));
      const isMain = (release: PlacedRelease) =>
        release.branch === null || isOnMain(release, defaultBaselineSettings);
      const isUsable = ({ image, status, verdict }: Run) =>
        image !== null && status !== 'failed' && verdict !== 'rejected';
      const expected = new Map<number, number>();
      for (const release of placed) {
        const isNewer = (other: PlacedRelease | undefined) =>
          other !== undefined &&
          other.id > release.id &&
          other.status === 'good' &&
          (!isMain(release) || (other.branch === release.branch && isMain(other)));
        const live = runs.filter(
          (run) =>
            run.releaseId === release.id &&
            isUsable(run) &&
            !runs.some(
              (other) => other.name === run.name && isUsable(other) && isNewer(byId.get(other.releaseId)),
            ),
        );
        if (release.status === 'good' && live.length > 0) expected.set(release.id, live.length);
      }
      expect(expected.size).toBeGreaterThan(5);
      expect(await livePagesOf(store, placed, build, defaultBaselineSettings)).toEqual(expected);
    },
  );
});
