import { actorOf } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { serverActor } from '../../domain/baselines/good-by-itself.ts';
import { supersededNote } from '../../domain/baselines/superseded.ts';
import { checkName, checkShownUrl } from '../../domain/names.ts';
import type { Release } from '../../domain/model.ts';
import { changeRelease } from './change-release.ts';
import { originOf } from '../baselines/release-origin.ts';
import type { ToldOrigin } from '../baselines/release-origin.ts';
import type { Deps } from '../deps.ts';
import { findBuildToUse } from '../builds/find-build.ts';

export interface CreateReleaseInput extends ToldOrigin {
  buildId: number;
  releaseName: string;
  url?: string | undefined;
  branch?: string | undefined;
  commit?: string | undefined;
  /** Page of the CI run; http or https. */
  ciUrl?: string | undefined;
}

/**
 * Creates and numbers a new attempt of a name. Earlier attempts that are still receiving or processing are
 * superseded: they become bad and their live tasks end. A skipped release supersedes nothing and is good from the
 * start.
 *
 * @throws AppError `not_found` if the build has no release named by `baselineRelease`
 */
export async function createRelease(
  deps: Deps,
  principal: Principal,
  input: CreateReleaseInput,
): Promise<Release> {
  checkName('release_name', input.releaseName);
  if (input.url !== undefined) checkShownUrl('url', input.url);
  return deps.store.transaction(async (tx) => {
    await findBuildToUse(tx, principal, input.buildId);
    await tx.builds.lock(input.buildId);
    const number = 1 + (await tx.releases.highestNumber(input.buildId, input.releaseName));
    const isSkipped = input.skipReason !== undefined;
    const superseded = isSkipped ? [] : await tx.releases.lockOpenAttempts(input.buildId, input.releaseName);
    for (const earlier of superseded) {
      await changeRelease(deps, tx, earlier, 'superseded', {
        actor: actorOf(principal),
        note: supersededNote(number),
      });
    }
    const origin = await originOf(tx, input);
    const now = deps.clock.now();
    const release = await tx.releases.insert({
      buildId: input.buildId,
      name: input.releaseName,
      number,
      url: input.url ?? null,
      branch: input.branch ?? null,
      commit: input.commit ?? null,
      ciUrl: input.ciUrl ?? null,
      status: isSkipped ? 'good' : 'receiving',
      version: 1,
      statusVersion: 1,
      createdAt: now,
      statusAt: now,
      updatedAt: now,
      decidedBy: isSkipped ? serverActor : null,
      decisionNote: isSkipped ? `skipped: ${input.skipReason}` : null,
    });
    if (origin !== null) await tx.baselines.place(release.id, origin);
    return release;
  });
}
