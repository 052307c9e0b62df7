import { sql } from 'kysely';
import { refreshedBelowMs, unusedKeptMs } from '../../domain/artifacts/unused-artifacts.ts';
import type { ArtifactUseRepository } from '../../ports/store/artifact-uses.ts';
import { locked } from './connection.ts';
import type { Connection } from './connection.ts';
import { dropWithoutOwner } from './dropped-artifacts.ts';
import { addMany, isOneOf } from './sets.ts';

export function artifactUseRepository(connection: Connection): ArtifactUseRepository {
  const { db } = connection;
  return {
    async add(uses) {
      const rows = uses.map(({ buildId, sha1, runId }) => ({ build_id: buildId, sha1, run_id: runId }));
      await addMany(connection, 'artifact_uses', rows);
    },
    async keep(buildId, digests, now) {
      if (digests.length === 0) return new Set();
      await db
        .updateTable('artifact_ownerships')
        .set({ check_at: now + unusedKeptMs })
        .where('build_id', '=', buildId)
        .where(isOneOf(connection, 'sha1', digests))
        .where('check_at', '<', now + refreshedBelowMs)
        .execute();
      const rows = await db
        .selectFrom('artifact_ownerships')
        .select('sha1')
        .where('build_id', '=', buildId)
        .where(isOneOf(connection, 'sha1', digests))
        .execute();
      return new Set(rows.map(({ sha1 }) => sha1));
    },
    async dropUnused(now, limit) {
      const due = await locked(
        connection,
        db
          .selectFrom('artifact_ownerships')
          .select(['build_id', 'sha1'])
          .where('check_at', 'is not', null)
          .where('check_at', '<=', now)
          .orderBy('check_at')
          .limit(limit),
        'skip',
      ).execute();
      const unused: string[] = [];
      for (const [buildId, rows] of Map.groupBy(due, ({ build_id }) => build_id)) {
        const digests = rows.map(({ sha1 }) => sha1);
        const used = await usedIn(buildId, digests);
        const gone = digests.filter((sha1) => !used.has(sha1));
        const isOfBuild = (some: readonly string[]) =>
          sql<boolean>`build_id = ${buildId} and ${isOneOf(connection, 'sha1', some)}`;
        if (used.size > 0) {
          const update = db.updateTable('artifact_ownerships').set({ check_at: null });
          await update.where(isOfBuild([...used])).execute();
        }
        if (gone.length > 0) await db.deleteFrom('artifact_ownerships').where(isOfBuild(gone)).execute();
        unused.push(...gone);
      }
      return {
        checked: due.length,
        disowned: unused.length,
        ...(await dropWithoutOwner(connection, unused, now)),
      };
    },
    async dropped(digests) {
      if (digests.length === 0) return new Set();
      const query = db.selectFrom('dropped_artifacts').select('sha1');
      const rows = await query.where(isOneOf(connection, 'sha1', digests)).execute();
      return new Set(rows.map(({ sha1 }) => sha1));
    },
    async forgetDropped(digests) {
      if (digests.length === 0) return;
      await db
        .deleteFrom('dropped_artifacts')
        .where(isOneOf(connection, 'sha1', digests))
        .execute();
    },
  };

  async function usedIn(buildId: number, digests: readonly string[]): Promise<Set<string>> {
    const rows = await db
      .selectFrom('artifact_ownerships as owned')
      .select('owned.sha1')
      .where('owned.build_id', '=', buildId)
      .where(isOneOf(connection, 'owned.sha1', digests))
      .where((eb) =>
        eb.exists(
          eb
            .selectFrom('artifact_uses as uses')
            .select('uses.run_id')
            .where('uses.build_id', '=', buildId)
            .whereRef('uses.sha1', '=', 'owned.sha1'),
        ),
      )
      .execute();
    return new Set(rows.map(({ sha1 }) => sha1));
  }
}
