import { AppError } from '../../base/errors.ts';
import type { HistoryEntry } from '../../domain/baselines/placed-release.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { ReleaseOrigin } from '../../ports/store/baselines.ts';
import type { Transaction } from '../../ports/store.ts';

/** What a client may say about the code of a release; all optional. */
export interface ToldOrigin {
  headCommit?: string | undefined;
  tree?: string | undefined;
  baseBranch?: string | undefined;
  pullRequest?: number | undefined;
  /** Host and path, lower case. */
  repository?: string | undefined;
  headRepository?: string | undefined;
  /** Closest first. Absent: the client does not support histories; baselines are the newest good ones. */
  history?: readonly HistoryEntry[] | undefined;
  /** Commits that only the branch has. */
  own?: readonly string[] | undefined;
  historyNote?: string | undefined;
  author?: { name: string; address: string } | undefined;
  isSubset?: boolean | undefined;
  skipReason?: string | undefined;
  /** `name` or `name #number`. */
  baselineRelease?: string | undefined;
  freshReview?: boolean | undefined;
}

/** @returns null if the client sent nothing */
export async function originOf(
  tx: Transaction,
  told: ToldOrigin & { buildId: number },
): Promise<ReleaseOrigin | null> {
  const { author, baselineRelease } = told;
  const baseline =
    baselineRelease === undefined ? null : await namedRelease(tx, told.buildId, baselineRelease);
  const origin: ReleaseOrigin = {
    baseBranch: told.baseBranch ?? null,
    headCommit: told.headCommit ?? null,
    tree: told.tree ?? null,
    pullRequest: told.pullRequest === undefined ? null : String(told.pullRequest),
    repository: told.repository ?? null,
    headRepository: told.headRepository ?? null,
    authorName: textOf(author?.name),
    authorEmail: textOf(author?.address),
    history: told.history ?? null,
    own: told.own ?? [],
    historyNote: told.historyNote ?? null,
    isSubset: told.isSubset ?? false,
    skipReason: told.skipReason ?? null,
    baselineReleaseId: baseline?.id ?? null,
    freshReview: told.freshReview ?? false,
  };
  return isAnythingTold(origin) ? origin : null;
}

function isAnythingTold({ own, ...rest }: ReleaseOrigin): boolean {
  return own.length > 0 || Object.values(rest).some((value) => value !== null && value !== false);
}

function textOf(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

/** The release of that name and number, or the newest attempt of that name. @throws AppError `not_found` */
async function namedRelease(tx: Transaction, buildId: number, text: string): Promise<Release> {
  const numbered = /^(.+) #(\d{1,9})$/s.exec(text);
  const exact =
    numbered === null
      ? null
      : await tx.releases.find({ buildId, name: numbered[1]!, number: Number(numbered[2]) });
  if (exact !== null) return exact;
  const number = await tx.releases.highestNumber(buildId, text);
  const newest = number === 0 ? null : await tx.releases.find({ buildId, name: text, number });
  if (newest !== null) return newest;
  throw new AppError(
    'not_found',
    `baseline_release names ${JSON.stringify(text)}, and build ${buildId} has no such release. ` +
      'Give a name, or a name and a number such as "nightly #3".',
    { details: { parameter: 'baseline_release' } },
  );
}
