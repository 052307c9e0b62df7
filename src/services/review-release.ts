import { actorOf } from '../domain/access.ts';
import type { Principal } from '../domain/access.ts';
import { AppError } from '../domain/errors.ts';
import { checkName } from '../domain/names.ts';
import { isStaleDecision } from '../domain/review.ts';
import type { Release } from '../domain/model.ts';
import type { Transaction } from '../ports/store.ts';
import { changeRelease } from './change-release.ts';
import type { Deps } from './deps.ts';
import { lockReleaseToUse } from './find-build.ts';
import type { ReleaseName } from './find-build.ts';

export interface ReviewReleaseInput extends ReleaseName {
  /** `reopen` puts a decided release back to reviewing. */
  decision: 'good' | 'bad' | 'reopen';
  /** The release's version on the decider's screen; undefined: whatever it is. */
  version?: number | undefined;
  /** Chosen by the client: the same operation again changes nothing. */
  operationId?: string | undefined;
  /** Why, for the log: `cancelled by the client` … */
  note?: string | undefined;
}

const events = { good: 'mark_good', bad: 'mark_bad', reopen: 'reopen' } as const;

/** @throws AppError `conflict` when others decided, or differences arrived, after the version seen */
export async function reviewRelease(
  deps: Deps,
  principal: Principal,
  input: ReviewReleaseInput,
): Promise<Release> {
  if (input.operationId !== undefined) checkName('operation_id', input.operationId);
  return deps.store.transaction(async (tx) => {
    const release = await lockReleaseToUse(tx, principal, input);
    const subject = `release:${release.id}`;
    const done =
      input.operationId !== undefined &&
      (await tx.activity.findOperation(subject, input.operationId)) !== null;
    if (done) return release;
    if (release.status !== input.decision) await checkVersion(tx, release, input);
    const actor = actorOf(principal);
    const after = await changeRelease(deps, tx, release, events[input.decision], {
      actor,
      note: input.note ?? null,
    });
    if (after.status === release.status) return after;
    await tx.activity.insert({
      at: deps.clock.now(),
      buildId: release.buildId,
      releaseId: release.id,
      runId: null,
      actor,
      kind: input.decision === 'reopen' ? 'release_reopened' : `release_${input.decision}`,
      detail: { from: release.status, ...(input.note === undefined ? {} : { note: input.note }) },
      subject,
      operationId: input.operationId ?? null,
    });
    return after;
  });
}

async function checkVersion(tx: Transaction, release: Release, input: ReviewReleaseInput): Promise<void> {
  const named = `Release "${release.name}" number ${release.number}`;
  const details = { status: release.status, version: release.version, decided_by: release.decidedBy };
  if (isStaleDecision(release, input.version)) {
    const by = release.decidedBy === null ? '' : ` by ${release.decidedBy}`;
    throw new AppError(
      'conflict',
      `${named} became ${release.status}${by} after you looked at it. Look again.`,
      {
        details,
      },
    );
  }
  if (input.decision !== 'good' || input.version === undefined) return;
  const arrived = await tx.runs.countUndecidedSince(release.id, input.version);
  if (arrived > 0) {
    const what = arrived === 1 ? '1 new difference' : `${arrived} new differences`;
    throw new AppError(
      'conflict',
      `${what} arrived in ${named} after you looked at it. Look at them first.`,
      {
        details: { ...details, new_differences: arrived },
      },
    );
  }
}
