import { actorOf } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import { checkName } from '../../domain/names.ts';
import { isStaleDecision } from '../../domain/runs/review.ts';
import { openFailures } from '../../domain/releases/open-decisions.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { StatusCounts } from '../../domain/releases/status-counts.ts';
import type { Transaction } from '../../ports/store.ts';
import { countsByRelease, noCounts } from './counts-by-release.ts';
import { changeRelease } from './change-release.ts';
import type { Deps } from '../deps.ts';
import { lockReleaseToUse } from '../builds/find-build.ts';
import type { ReleaseName } from '../builds/find-build.ts';

export interface ReviewReleaseInput extends ReleaseName {
  /** `reopen` reopens the review of a decided release. */
  decision: 'good' | 'bad' | 'reopen';
  /** The release's version on the decider's screen; undefined: not checked. */
  version?: number | undefined;
  /** Chosen by the client: repeating an operation changes nothing. */
  operationId?: string | undefined;
  /** The reason, for the activity log: `cancelled by the client` … */
  note?: string | undefined;
  /** With `good`: even if runs are rejected; their pages keep their previous baseline. */
  exceptRejected?: boolean | undefined;
}

/** What no one had decided when a release was marked good, and what was rejected. */
export type LeftOpen = Pick<
  StatusCounts,
  'undecided' | 'partlyApproved' | 'rejected' | 'failed' | 'new' | 'missing' | 'waiting'
>;

export interface ReviewReleaseResult {
  release: Release;
  /** Null unless this call marked the release good. */
  leftOpen: LeftOpen | null;
  /** The build's latest good release after the decision; null: none. */
  baseline: Release | null;
}

const events = { good: 'mark_good', bad: 'mark_bad', reopen: 'reopen' } as const;

/**
 * @throws AppError `conflict` if another decision or new differences arrived after the version seen, or if runs are
 * rejected and `exceptRejected` is not set
 */
export async function reviewRelease(
  deps: Deps,
  principal: Principal,
  input: ReviewReleaseInput,
): Promise<ReviewReleaseResult> {
  if (input.operationId !== undefined) checkName('operation_id', input.operationId);
  if (input.exceptRejected === true && input.decision !== 'good') {
    throw new AppError(
      'invalid_argument',
      `except_rejected is only allowed with the decision good, got ${input.decision}. Remove it.`,
      { details: { parameter: 'except_rejected' } },
    );
  }
  return deps.store.transaction(async (tx) => {
    const locked = await lockReleaseToUse(tx, principal, input);
    const { release, leftOpen } = await decide(deps, tx, principal, locked, input);
    return { release, leftOpen, baseline: await tx.releases.newestGood(release.buildId) };
  });
}

async function decide(
  deps: Deps,
  tx: Transaction,
  principal: Principal,
  release: Release,
  input: ReviewReleaseInput,
): Promise<Pick<ReviewReleaseResult, 'release' | 'leftOpen'>> {
  const subject = `release:${release.id}`;
  const done =
    input.operationId !== undefined && (await tx.activity.findOperation(subject, input.operationId)) !== null;
  if (done) return { release, leftOpen: null };
  let leftOpen: LeftOpen | null = null;
  if (release.status !== input.decision) {
    await checkVersion(tx, release, input);
    if (input.decision === 'good') leftOpen = await countOpen(tx, release, input);
  }
  const rejected = leftOpen?.rejected ?? 0;
  const actor = actorOf(principal);
  const after = await changeRelease(deps, tx, release, events[input.decision], {
    actor,
    note: noteOf(leftOpen, input.note),
  });
  if (after.status === release.status) return { release: after, leftOpen: null };
  await tx.activity.insert({
    at: deps.clock.now(),
    buildId: release.buildId,
    releaseId: release.id,
    runId: null,
    actor,
    kind: input.decision === 'reopen' ? 'release_reopened' : `release_${input.decision}`,
    detail: {
      from: release.status,
      ...(rejected > 0 && { except_rejected: rejected }),
      ...(leftOpen !== null && Object.values(leftOpen).some((count) => count > 0) && { left_open: leftOpen }),
      ...(input.note !== undefined && { note: input.note }),
    },
    subject,
    operationId: input.operationId ?? null,
  });
  return { release: after, leftOpen };
}

/** @throws AppError `conflict` if there are rejected runs that the decider did not accept */
async function countOpen(tx: Transaction, release: Release, input: ReviewReleaseInput): Promise<LeftOpen> {
  const counts = (await countsByRelease(tx, [release.id])).get(release.id) ?? noCounts();
  const { undecided, partlyApproved, rejected, new: added, missing, waiting } = counts;
  const failed = openFailures(counts);
  if (rejected === 0 || input.exceptRejected === true) {
    return { undecided, partlyApproved, rejected, failed, new: added, missing, waiting };
  }
  throw new AppError(
    'conflict',
    `Release "${release.name}" number ${release.number} has ${rejectedRuns(rejected)}, so it was not marked good. ` +
      'Approve them, undo the rejections, or mark the release good except for the rejected runs ' +
      '(except_rejected): those pages keep their previous baseline.',
    { details: { status: release.status, rejected } },
  );
}

/** Records in the decision's note that rejected runs were left out, and that approvals are missing. */
function noteOf(leftOpen: LeftOpen | null, note: string | undefined): string | null {
  const { rejected, partlyApproved } = leftOpen ?? { rejected: 0, partlyApproved: 0 };
  const parts = [
    ...(rejected > 0 ? [`Good except ${rejectedRuns(rejected)}`] : []),
    ...(partlyApproved > 0 ? [`${partlyApproved} without all approvals`] : []),
    ...(note === undefined ? [] : [note]),
  ];
  return parts.length === 0 ? null : parts.join(': ');
}

function rejectedRuns(count: number): string {
  return count === 1 ? '1 rejected run' : `${count} rejected runs`;
}

async function checkVersion(tx: Transaction, release: Release, input: ReviewReleaseInput): Promise<void> {
  const named = `Release "${release.name}" number ${release.number}`;
  const details = { status: release.status, version: release.version, decided_by: release.decidedBy };
  if (isStaleDecision(release, input.version)) {
    const by = release.decidedBy === null ? '' : ` by ${release.decidedBy}`;
    throw new AppError(
      'conflict',
      `${named} became ${release.status}${by} after you viewed it. Review it again.`,
      {
        details,
      },
    );
  }
  if (input.decision !== 'good' || input.version === undefined) return;
  const arrived = await tx.runs.countUndecidedSince(release.id, input.version);
  if (arrived > 0) {
    const what = arrived === 1 ? '1 new difference' : `${arrived} new differences`;
    throw new AppError('conflict', `${what} arrived in ${named} after you viewed it. Review them first.`, {
      details: { ...details, new_differences: arrived },
    });
  }
}
