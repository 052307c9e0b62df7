import { createForges } from '../../../src/adapters/forges/forge-calls.ts';
import type { ForgeKind } from '../../../src/domain/forges/forge-kinds.ts';
import type { ForgeConnection } from '../../../src/domain/forges/connection.ts';
import type { Release } from '../../../src/domain/releases/release.ts';
import type { Forges } from '../../../src/ports/forges.ts';
import { deliver, takeDeliveries } from '../../../src/services/forges/deliver.ts';
import type { Deps } from '../../../src/services/deps.ts';
import { createConnection } from '../../../src/services/forges/save-connection.ts';
import type { ConnectionSettings } from '../../../src/services/forges/save-connection.ts';
import { createRelease } from '../../../src/services/releases/create-release.ts';
import type { CreateReleaseInput } from '../../../src/services/releases/create-release.ts';
import { runsDone } from '../../../src/services/releases/runs-done.ts';
import { reviewRun } from '../../../src/services/runs/review-run.ts';
import {
  named,
  openWorld,
  report,
  root,
  uploadImage,
  type StoreKind,
  type World,
} from '../../support/server-world.ts';
import { startForge, type RecordingForge } from './recording-forge.ts';

/** Where releases are, unless a test says otherwise. */
export const here = { commit: 'a'.repeat(40), pullRequest: 7 };

/** How long the product waits for an answer here, unless a test has answers that come too late. */
const patientMs = 15_000;
export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;

const repositoryOf = (kind: ForgeKind) => (kind === 'azure_devops' ? 'org/acme/shop' : 'acme/shop');

export interface ForgeWorld {
  world: World;
  forge: RecordingForge;
  forges: Forges;
  connection: ForgeConnection;
  /** Sends what is due. @returns how many it looked at */
  deliver: () => Promise<number>;
  /** A release of the branch of a pull request. */
  release: (fields?: Partial<CreateReleaseInput>) => Promise<Release>;
  /** Reports a run that differs, and the end of the release. @returns the run's id */
  addDifference: (release: Release, runName?: string) => Promise<number>;
  approve: (release: Release, runId: number) => Promise<void>;
}

/** Sends all that is due now. @returns how many it looked at */
export async function deliverAll(deps: Deps, forges: Forges): Promise<number> {
  let count = 0;
  for (;;) {
    const taken = await takeDeliveries(deps, 12);
    if (taken.length === 0) return count;
    await Promise.all(taken.map((delivery) => deliver(deps, forges, delivery)));
    count += taken.length;
  }
}

/** A build connected with a forge that records every call. */
export async function openForgeWorld(
  kind: ForgeKind,
  settings: ConnectionSettings = {},
  store: StoreKind = 'sqlite',
  timeoutMs = patientMs,
): Promise<ForgeWorld> {
  const world = await openWorld(store);
  const forge = await startForge(kind);
  const forges = createForges({
    rules: { allowPrivate: true },
    clock: world.clock,
    version: '1.2.3',
    timeoutMs,
  });
  const connection = await createConnection(world.deps, forges, root, {
    buildId: world.build.id,
    kind,
    baseUrl: forge.url,
    ...settings,
    repository: settings.repository ?? repositoryOf(kind),
    token: settings.token ?? forge.token,
  });
  let operations = 0;
  return {
    world,
    forge,
    forges,
    connection,
    deliver: () => deliverAll(world.deps, forges),
    release: (fields = {}) =>
      createRelease(world.deps, root, {
        buildId: world.build.id,
        releaseName: 'feature',
        branch: 'feature',
        headCommit: here.commit,
        commit: 'f'.repeat(40),
        pullRequest: here.pullRequest,
        ...fields,
      }),
    async addDifference(release, runName = '/cart') {
      const [image, refImage, diffImage] = [
        await uploadImage(world, 'a'),
        await uploadImage(world, 'b'),
        await uploadImage(world, 'mask'),
      ];
      const run = await report(world, release, runName, { image, refImage, diffImage, distortion: 0.1 });
      await runsDone(world.deps, root, named(release));
      return run.id;
    },
    async approve(release, runId) {
      const operationId = `o${operations++}`;
      await reviewRun(world.deps, root, { ...named(release), runId, verdict: 'approved', operationId });
    },
  };
}
