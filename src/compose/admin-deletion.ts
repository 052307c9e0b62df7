import { restorableUntil } from '../domain/releases/retention.ts';
import type { Retention } from '../domain/releases/retention.ts';
import type { DiskFigures } from '../ports/store/deletions.ts';
import { deleteBuild, listDeletedBuilds, restoreBuild } from '../services/builds/delete-build.ts';
import { diskOfBuild } from '../services/builds/disk-of-build.ts';
import { updateBuild } from '../services/builds/update-build.ts';
import type { Deps } from '../services/deps.ts';
import { deleteRelease, listDeletedReleases, restoreRelease } from '../services/releases/delete-release.ts';
import { previewRetention } from '../services/releases/retention.ts';

interface ReleaseKey {
  buildId: number;
  releaseName: string;
  releaseNumber: number;
}

/** Epoch milliseconds. */
interface RestorableUntil {
  restorableUntil: number;
}

/** What retention would delete. */
export interface RetentionFigures {
  total: number;
  /** The oldest first; not always all. */
  releases: { name: string; number: number }[];
  keptForBaselines: number;
  freed: DiskFigures;
}

/** Deletion without a server. The answers are parts of those of the client. */
export interface DeletionAdmin {
  deleteRelease(input: ReleaseKey & { confirm: string }): Promise<RestorableUntil>;
  restoreRelease(key: ReleaseKey): Promise<void>;
  deleteBuild(input: { buildId: number; confirm: string }): Promise<RestorableUntil>;
  restoreBuild(buildId: number): Promise<void>;
  listDeletedReleases(
    buildId: number,
  ): Promise<({ release: { name: string; number: number }; deletedBy: string } & RestorableUntil)[]>;
  listDeletedBuilds(): Promise<
    ({ build: { id: number; name: string }; deletedBy: string } & RestorableUntil)[]
  >;
  previewRetention(buildId: number, rules: Partial<Retention>): Promise<RetentionFigures>;
  /** @returns the rules afterwards */
  setRetention(buildId: number, rules: Partial<Retention>): Promise<Retention>;
  diskOf(buildId: number): Promise<DiskFigures>;
}

/** Write access to the data implies full rights. */
const operator = { kind: 'local' } as const;

export function deletionActions(core: Deps): DeletionAdmin {
  const until = ({ deletedAt }: { deletedAt: number }) => ({ restorableUntil: restorableUntil(deletedAt) });
  return {
    deleteRelease: async (input) => until(await deleteRelease(core, operator, input)),
    restoreRelease: async (key) => void (await restoreRelease(core, operator, key)),
    deleteBuild: async (input) => until(await deleteBuild(core, operator, input)),
    restoreBuild: async (buildId) => void (await restoreBuild(core, operator, buildId)),
    listDeletedReleases: async (buildId) =>
      (await listDeletedReleases(core, operator, buildId)).map((deleted) => ({
        ...deleted,
        ...until(deleted),
      })),
    listDeletedBuilds: async () =>
      (await listDeletedBuilds(core, operator)).map((deleted) => ({ ...deleted, ...until(deleted) })),
    previewRetention: async (buildId, retention) => {
      const plan = await previewRetention(core, operator, { buildId, retention });
      const releases = plan.releases.map(({ name, number }) => ({ name, number }));
      return { total: releases.length, releases, keptForBaselines: plan.kept, freed: plan.freed };
    },
    setRetention: async (buildId, rules) =>
      (await updateBuild(core, operator, { buildId, ...rules })).retention,
    diskOf: (buildId) => diskOfBuild(core, operator, buildId),
  };
}
