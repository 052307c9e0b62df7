import { requireBuildManagement } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import type { PlacedRelease } from '../../domain/baselines/placed-release.ts';
import { isDecided } from '../../domain/releases/release-lifecycle.ts';
import { expiredReleases, keepsEverything } from '../../domain/releases/retention.ts';
import type { Retention } from '../../domain/releases/retention.ts';
import type { Build } from '../../domain/builds/build.ts';
import type { DiskFigures } from '../../ports/store/deletions.ts';
import { noteFollowUp } from '../baselines/note-follow-up.ts';
import { findBuildToUse, findReleaseToRead } from '../builds/find-build.ts';
import type { Deps } from '../deps.ts';
import { logActivity } from '../builds/log-activity.ts';
import { freedBy } from './freed-disk.ts';
import { livePagesOf, neededByOpenReleases } from './live-baselines.ts';

const serverActor = 'server';
const releasesAtOnce = 1_000;
const markedAtOnce = 20;
/** Releases named in the activity log. */
const maxNamed = 20;

export interface RetentionPlan {
  /** Releases that go, oldest first. */
  releases: readonly PlacedRelease[];
  /** Releases past the rules that stay because they hold a baseline. */
  kept: number;
}

export interface RetentionPreview extends RetentionPlan {
  /** What only those releases use. */
  freed: DiskFigures;
}

/**
 * What the rules of a build would delete now, and the disk that this frees. Changes nothing.
 *
 * @param retention rules to try; by default those of the build
 * @throws AppError `role_required` | `not_found`
 */
export async function previewRetention(
  deps: Deps,
  principal: Principal,
  { buildId, retention = {} }: { buildId: number; retention?: Partial<Retention> | undefined },
): Promise<RetentionPreview> {
  requireBuildManagement(principal, buildId);
  const build = await deps.store.read((tx) => findBuildToUse(tx, principal, buildId));
  const plan = await planRetention(deps, { ...build, retention: { ...build.retention, ...retention } });
  return { ...plan, freed: await freedBy(deps.store, buildId, plan.releases) };
}

/** Deletes what the builds' rules no longer keep; for a day, admins can restore it. @returns how many releases */
export async function applyRetention(deps: Deps, signal?: AbortSignal): Promise<number> {
  let deleted = 0;
  for (const buildId of await deps.store.read((tx) => tx.deletions.withRetention())) {
    if (signal?.aborted === true) break;
    const build = await deps.store.read((tx) => tx.builds.find(buildId));
    if (build === null) continue;
    const { releases } = await planRetention(deps, build);
    deleted += await deleteAll(deps, build, releases, signal);
  }
  return deleted;
}

async function planRetention(deps: Deps, build: Build): Promise<RetentionPlan> {
  const { store, clock } = deps;
  if (keepsEverything(build.retention)) return { releases: [], kept: 0 };
  const all: PlacedRelease[] = [];
  for (let belowId = Number.MAX_SAFE_INTEGER; ;) {
    const some = await store.read((tx) => tx.deletions.placed(build.id, belowId, releasesAtOnce));
    all.push(...some);
    if (some.length < releasesAtOnce) break;
    belowId = some.at(-1)!.id;
  }
  const expired = expiredReleases(all, build.retention, build.baselineSettings, clock.now());
  if (expired.length === 0) return { releases: [], kept: 0 };
  const needed = await neededByOpenReleases(store, build.id);
  const live = await livePagesOf(store, expired, build.id, build.baselineSettings);
  const releases = expired.filter(({ id }) => !needed.has(id) && !live.has(id));
  return { releases, kept: expired.length - releases.length };
}

async function deleteAll(
  deps: Deps,
  build: Build,
  releases: readonly PlacedRelease[],
  signal: AbortSignal | undefined,
): Promise<number> {
  const gone: PlacedRelease[] = [];
  const deleted = { deletedAt: deps.clock.now(), deletedBy: serverActor };
  for (let start = 0; start < releases.length && signal?.aborted !== true; start += markedAtOnce) {
    const some = releases.slice(start, start + markedAtOnce);
    const marked = await deps.store.transaction(async (tx) => {
      const these: PlacedRelease[] = [];
      for (const release of some) {
        const now = await tx.releases.lockById(release.id);
        // Reopened or deleted meanwhile.
        if (now === null || !isDecided(now.status)) continue;
        await tx.deletions.markRelease(release.id, deleted);
        await noteFollowUp(deps, tx, release.id, null);
        these.push(release);
      }
      return these;
    });
    gone.push(...marked);
  }
  if (gone.length > 0) await logRetention(deps, build, gone);
  return gone.length;
}

async function logRetention(deps: Deps, build: Build, gone: readonly PlacedRelease[]): Promise<void> {
  await deps.store.transaction((tx) =>
    logActivity(tx, {
      at: deps.clock.now(),
      buildId: build.id,
      actor: serverActor,
      kind: 'retention_deleted',
      detail: {
        releases: gone.length,
        named: gone.slice(0, maxNamed).map(({ name, number }) => `${name} #${number}`),
      },
      subject: `build:${build.id}`,
    }),
  );
}

/**
 * What deleting a release means: the pages that lose their baseline, and the disk that it frees.
 *
 * @throws AppError `role_required` | `not_found`
 */
export async function previewDeletion(
  deps: Deps,
  principal: Principal,
  key: { buildId: number; releaseName: string; releaseNumber: number },
): Promise<{ baselines: number; freed: DiskFigures }> {
  requireBuildManagement(principal, key.buildId);
  const { placed, settings } = await deps.store.read(async (tx) => {
    const { release } = await findReleaseToRead(tx, principal, key);
    const found = (await tx.baselines.find(release.id))!;
    return { placed: found.release, settings: (await tx.baselines.signs(key.buildId)).settings };
  });
  const live = await livePagesOf(deps.store, [placed], key.buildId, settings);
  return { baselines: live.get(placed.id) ?? 0, freed: await freedBy(deps.store, key.buildId, [placed]) };
}
