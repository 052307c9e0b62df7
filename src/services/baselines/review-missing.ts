import { actorOf } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import type { MissingVerdict } from '../../domain/baselines/choose-baseline.ts';
import { nameOfActor } from '../../domain/people/actor-name.ts';
import { AppError } from '../../base/errors.ts';
import { checkName } from '../../domain/names.ts';
import { isDecided } from '../../domain/releases/release-lifecycle.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { MissingRun } from '../../ports/store/baselines.ts';
import { noteFollowUp } from './note-follow-up.ts';
import { judgeRenamed, missingVerdict } from './renamed-pages.ts';
import { settle } from '../releases/change-release.ts';
import { touchRelease } from '../releases/touch-release.ts';
import type { Deps } from '../deps.ts';
import { lockReleaseToUse } from '../builds/find-build.ts';
import type { ReleaseName } from '../builds/find-build.ts';

export interface ReviewMissingInput extends ReleaseName {
  names: readonly string[];
  /** `confirmed`: the pages were removed on purpose; `rejected`: they should be there; `undecided` undoes either. */
  verdict: MissingVerdict;
  /** The verdict on the decider's screen; undefined: not checked. */
  seen?: MissingVerdict | undefined;
}

const maxNames = 10_000;

function judgedMeanwhile({ name, verdict, verdictBy, verdictAt }: MissingRun): AppError {
  const said = {
    confirmed: 'confirmed that it was removed',
    rejected: 'said that it must come back',
    undecided: 'took that verdict back',
  }[verdict];
  return new AppError(
    'conflict',
    `${nameOfActor(verdictBy) ?? verdictBy ?? 'Someone'} ${said} after you viewed the missing page ${JSON.stringify(name)}. Look at it again.`,
    { details: { name, verdict, verdict_by: verdictBy, verdict_at: verdictAt } },
  );
}

/** @throws AppError `not_found` if a name is not missing; `invalid_transition` if the release is decided; `conflict` if one was judged since */
export async function reviewMissing(
  deps: Deps,
  principal: Principal,
  input: ReviewMissingInput,
): Promise<Release> {
  if (input.names.length === 0 || input.names.length > maxNames) {
    throw new AppError(
      'invalid_argument',
      `names must have 1 to ${maxNames} names, got ${input.names.length}.`,
      {
        details: { parameter: 'names' },
      },
    );
  }
  for (const name of input.names) checkName('names', name);
  return deps.store.transaction(async (tx) => {
    const release = await lockReleaseToUse(tx, principal, input);
    const named = `Release "${release.name}" number ${release.number}`;
    if (isDecided(release.status)) {
      throw new AppError(
        'invalid_transition',
        `${named} is ${release.status}; reopen its review to change verdicts on missing pages.`,
        { details: { status: release.status } },
      );
    }
    const at = deps.clock.now();
    const actor = actorOf(principal);
    const missing = await tx.baselines.missingOf(release.id);
    const known = new Set(missing.map(({ name }) => name));
    const unknown = input.names.find((name) => !known.has(name));
    if (unknown !== undefined) {
      throw new AppError('not_found', `${named} has no missing page ${JSON.stringify(unknown)}.`, {
        details: { parameter: 'names' },
      });
    }
    const stale = missing.find(
      ({ name, verdict }) =>
        input.seen !== undefined &&
        input.names.includes(name) &&
        verdict !== input.seen &&
        verdict !== input.verdict,
    );
    if (stale !== undefined) throw judgedMeanwhile(stale);
    const decision = { actor, at, version: release.version + 1 };
    await tx.baselines.judgeMissing(
      release.id,
      input.names.map((name) => missingVerdict(name, input.verdict, decision)),
    );
    await tx.activity.insertMany(
      input.names.map((name) => ({
        at,
        buildId: release.buildId,
        releaseId: release.id,
        runId: null,
        actor,
        kind: `removal_${input.verdict}`,
        detail: { name },
        subject: `release:${release.id}`,
        operationId: null,
      })),
    );
    const names = new Set(input.names);
    const judged = missing.filter(({ name }) => names.has(name));
    const runIds = await judgeRenamed(tx, release, judged, input.verdict, decision);
    if (runIds.length > 0) await noteFollowUp(deps, tx, release.id, runIds);
    return settle(deps, tx, await touchRelease(deps, tx, release, { actor }));
  });
}
