import {
  allApprovalsToTakeOver,
  approvalsToTakeOver,
  oldestToTakeOver,
  undecidedToGoOnFrom,
  verdictToTakeOver,
} from '../../domain/baselines/taken-over.ts';
import type { EqualScreenshot, TakenOver } from '../../domain/baselines/taken-over.ts';
import { serverActor } from '../../domain/baselines/good-by-itself.ts';
import type { BaselineSettings } from '../../domain/baselines/settings.ts';
import { countedApprovals, isPlain } from '../../domain/runs/approvals.ts';
import type { ApprovalRule } from '../../domain/runs/approvals.ts';
import type { Approval } from '../../domain/runs/verdict.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { JudgedChange } from '../../ports/store/changes.ts';
import type { StoredScreenshot } from '../../ports/store/baselines.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { isStoredAccepted } from './stored-acceptance.ts';
import { startOf, walkNow } from './walks.ts';
import type { LoadedWalk } from './walks.ts';

/** Releases that are looked at for approvals that were too few. */
const maxEarlier = 50;
/** Maximum judged runs of one name and image to search. */
const maxJudged = 200;

interface FoundVerdict extends Pick<
  Run,
  'verdict' | 'verdictBy' | 'verdictAt' | 'verdictOrigin' | 'approvals'
> {
  /** Decisions on its changes, where these are what it follows from. */
  repeats: readonly JudgedChange[];
}

/**
 * The verdict that a run takes over from an earlier one on the same image, or else on the same changes: who gave it, when,
 * and in which run. Verdicts on images need a history.
 *
 * @param changes those of the run that no decision of its release covers; none: only its image counts
 * @returns null if a person must decide
 */
export async function findVerdict(
  deps: Deps,
  tx: Transaction,
  release: Pick<Release, 'id' | 'buildId'>,
  run: Run,
  changes: readonly string[],
  rule: ApprovalRule,
): Promise<FoundVerdict | null> {
  const { image } = run.current;
  if (image === null) return null;
  const found = await walkNow(deps.store, tx, release);
  if (found === null) return null;
  const { walk } = found;
  if (walk.origin.freshReview) return null;
  const now = deps.clock.now();
  let begun: FoundVerdict | null = null;
  if (walk.release.history !== 'absent') {
    const equal = await equalScreenshots(tx, walk, run, image, found.settings);
    const taken = verdictToTakeOver(startOf(walk), equal, found.settings, now);
    if (taken !== null) return withPeople(tx, await verdictOf(tx, taken, now), rule);
    if (!isPlain(rule)) begun = await begunApprovals(tx, walk, { ...run, image }, found.settings, now, rule);
  }
  if (changes.length === 0) return begun;
  const { settings } = await tx.baselines.signs(release.buildId);
  const judged = await tx.changes.judged(run.buildId, run.name, changes);
  const browserVersion = run.current.details?.browserVersion ?? null;
  if (!isPlain(rule)) {
    const of = { changes, browserVersion };
    const repeats = allApprovalsToTakeOver(startOf(walk), of, judged, settings, now);
    return (await approvalsOf(tx, changes, repeats, rule)) ?? begun;
  }
  const repeats = approvalsToTakeOver(startOf(walk), { changes, browserVersion }, judged, settings, now);
  return repeats === null ? null : approvalOf(tx, repeats);
}

/** A carried approval counts as those of the people who gave it; where that is not enough, others are asked. */
async function withPeople(tx: Transaction, found: FoundVerdict, rule: ApprovalRule): Promise<FoundVerdict> {
  const { verdict, verdictBy, verdictAt, verdictOrigin } = found;
  if (isPlain(rule) || verdict !== 'approved' || verdictBy === null || verdictBy === serverActor)
    return found;
  const source = verdictOrigin === null ? null : await tx.runs.findById(verdictOrigin.runId);
  const given = source?.approvals.length ? source.approvals : [{ by: verdictBy, at: verdictAt ?? 0 }];
  return withApprovals(found, countedApprovals(given, rule), rule);
}

/** Approvals of the same image that were too few: those who gave them are not asked again. */
async function begunApprovals(
  tx: Transaction,
  walk: LoadedWalk,
  asking: Pick<Run, 'buildId' | 'name' | 'pixelsSha256'> & { image: string },
  settings: BaselineSettings,
  now: number,
  rule: ApprovalRule,
): Promise<FoundVerdict | null> {
  const earlier = (await tx.baselines.nameHistory(asking.buildId, asking.name, maxEarlier))
    .filter((stored) => stored.status !== 'failed' && isEqual(stored, asking))
    .map((stored) => ({ ...stored, isAccepted: false }));
  const found = undecidedToGoOnFrom(startOf(walk), earlier, settings);
  if (found === null) return null;
  const { runId } = found;
  const source = await tx.runs.findById(runId);
  const oldest = oldestToTakeOver(settings, now);
  const recent = (source?.approvals ?? []).filter(({ at }) => at >= oldest);
  const approvals = countedApprovals(recent, rule);
  const last = approvals.at(-1);
  if (last === undefined) return null;
  const verdictOrigin = { runId, decisionId: null };
  const given = { verdict: 'approved', verdictBy: last.by, verdictAt: last.at, verdictOrigin } as const;
  return withApprovals({ ...given, approvals: [], repeats: [] }, approvals, rule);
}

function withApprovals(
  found: FoundVerdict,
  approvals: readonly Approval[],
  { required }: ApprovalRule,
): FoundVerdict {
  if (approvals.length >= required) return { ...found, approvals };
  return { ...found, approvals, verdict: 'none', verdictBy: null, verdictAt: null };
}

/** The approvals of a run's changes, by all people: as many as the change with the fewest has. */
async function approvalsOf(
  tx: Transaction,
  changes: readonly string[],
  repeats: readonly JudgedChange[],
  rule: ApprovalRule,
): Promise<FoundVerdict | null> {
  if (repeats.length === 0) return null;
  const counted = changes.map((change) =>
    countedApprovals(
      repeats.filter(({ fingerprint }) => fingerprint === change).map(({ actor: by, at }) => ({ by, at })),
      rule,
    ),
  );
  const fewest = counted.reduce((a, b) => (b.length < a.length ? b : a));
  return withApprovals(await approvalOf(tx, repeats), fewest, rule);
}

async function approvalOf(tx: Transaction, repeats: readonly JudgedChange[]): Promise<FoundVerdict> {
  const newest = repeats.reduce((a, b) => (b.at > a.at ? b : a));
  const { runId, actor, at } = newest;
  const verdictOrigin = { runId, decisionId: await decisionOn(tx, runId, 'run_approved') };
  return { verdict: 'approved', verdictBy: actor, verdictAt: at, verdictOrigin, approvals: [], repeats };
}

async function decisionOn(tx: Transaction, runId: number, kind: string): Promise<number | null> {
  const [decision] = await tx.activity.list({ runId, kind }, { limit: 1, offset: 0 });
  return decision?.id ?? null;
}

async function verdictOf(tx: Transaction, taken: TakenOver, now: number): Promise<FoundVerdict> {
  const { runId, verdictBy, verdictAt } = taken.from;
  if (taken.reason === 'accepted') {
    const verdictOrigin = { runId, decisionId: null };
    return {
      verdict: taken.verdict,
      verdictBy: serverActor,
      verdictAt: now,
      verdictOrigin,
      approvals: [],
      repeats: [],
    };
  }
  const kind = taken.verdict === 'approved' ? 'run_approved' : 'run_rejected';
  return {
    verdict: taken.verdict,
    verdictBy,
    verdictAt,
    verdictOrigin: { runId, decisionId: await decisionOn(tx, runId, kind) },
    approvals: [],
    repeats: [],
  };
}

/** Runs of the same name with equal bytes or pixels: those with a verdict, and those along the history. */
async function equalScreenshots(
  tx: Transaction,
  walk: LoadedWalk,
  run: Run,
  image: string,
  settings: BaselineSettings,
): Promise<EqualScreenshot[]> {
  const screenshot = { image, pixelsSha256: run.pixelsSha256 };
  const found = new Map<number, EqualScreenshot>();
  const add = async (stored: StoredScreenshot) => {
    // The verdict on a failed run says nothing about its image.
    if (stored.runId === run.id || stored.status === 'failed' || found.has(stored.runId)) return;
    found.set(stored.runId, { ...stored, isAccepted: await isStoredAccepted(tx, stored, settings) });
  };
  for (const stored of await tx.baselines.judged(run.buildId, run.name, screenshot, maxJudged))
    await add(stored);
  const releases = new Map(walk.candidates.map(({ release }) => [release.id, release]));
  for (const there of await tx.baselines.nameIn(run.name, [...releases.keys()])) {
    if (there.screenshot === null || !isEqual(there.screenshot, screenshot)) continue;
    await add({ ...there.screenshot, release: { ...releases.get(there.releaseId)!, status: there.status } });
  }
  return [...found.values()];
}

function isEqual(
  stored: Pick<StoredScreenshot, 'image' | 'pixelsSha256'>,
  screenshot: { image: string; pixelsSha256: string | null },
): boolean {
  if (stored.image === screenshot.image) return true;
  return stored.pixelsSha256 !== null && stored.pixelsSha256 === screenshot.pixelsSha256;
}
