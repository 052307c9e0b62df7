import { verdictToTakeOver } from '../../domain/baselines/taken-over.ts';
import type { EqualScreenshot, TakenOver } from '../../domain/baselines/taken-over.ts';
import { serverActor } from '../../domain/baselines/good-by-itself.ts';
import type { BaselineSettings } from '../../domain/baselines/settings.ts';
import type { Release, Run } from '../../domain/model.ts';
import type { StoredScreenshot } from '../../ports/store/baselines.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { isStoredAccepted } from './stored-acceptance.ts';
import { startOf, walkNow } from './walks.ts';
import type { LoadedWalk } from './walks.ts';

/** Maximum judged runs of one name and image to search. */
const maxJudged = 200;

type Verdict = Pick<Run, 'verdict' | 'verdictBy' | 'verdictAt' | 'verdictOrigin'>;

/**
 * The verdict that a run takes over from an earlier one on the same image: who gave it, when, and in which run.
 *
 * @returns null if a person must decide, which is always the case without a history
 */
export async function findVerdict(
  deps: Deps,
  tx: Transaction,
  release: Pick<Release, 'id' | 'buildId'>,
  run: Run,
): Promise<Verdict | null> {
  const { image } = run.current;
  if (image === null) return null;
  const found = await walkNow(deps.store, tx, release);
  if (found === null) return null;
  const { walk, settings } = found;
  if (walk.release.history === 'absent' || walk.origin.freshReview) return null;
  const equal = await equalScreenshots(tx, walk, run, image, settings);
  const now = deps.clock.now();
  const taken = verdictToTakeOver(startOf(walk), equal, settings, now);
  return taken === null ? null : verdictOf(tx, taken, now);
}

async function verdictOf(tx: Transaction, taken: TakenOver, now: number): Promise<Verdict> {
  const { runId, verdictBy, verdictAt } = taken.from;
  if (taken.reason === 'accepted') {
    const verdictOrigin = { runId, decisionId: null };
    return { verdict: taken.verdict, verdictBy: serverActor, verdictAt: now, verdictOrigin };
  }
  const kind = taken.verdict === 'approved' ? 'run_approved' : 'run_rejected';
  const [decision] = await tx.activity.list({ runId, kind }, { limit: 1, offset: 0 });
  return {
    verdict: taken.verdict,
    verdictBy,
    verdictAt,
    verdictOrigin: { runId, decisionId: decision?.id ?? null },
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
    if (stored.runId === run.id || found.has(stored.runId)) return;
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
