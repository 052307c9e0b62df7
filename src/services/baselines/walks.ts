import { earlierCommits, walkOf } from '../../domain/baselines/walk.ts';
import type { Candidate } from '../../domain/baselines/walk.ts';
import type { PlacedRelease } from '../../domain/baselines/placed-release.ts';
import { defaultBaselineSettings } from '../../domain/baselines/settings.ts';
import type { BaselineSettings } from '../../domain/baselines/settings.ts';
import type { BuildSigns, PlacedWithHistory } from '../../ports/store/baselines.ts';
import type { Store, Transaction } from '../../ports/store.ts';

/** A release with the releases along its history. Their states are as they were when it was loaded. */
export interface LoadedWalk extends PlacedWithHistory {
  candidates: readonly Candidate[];
  /** Releases newer than this one have not been examined. */
  newestReleaseId: number;
  /** When one of its releases was last restored, and the build's main branches, when it was loaded. As one text. */
  state: string;
}

export interface WalkNow {
  walk: LoadedWalk;
  settings: BaselineSettings;
}

/** A release to walk from. */
interface Place {
  buildId: number;
  releaseId: number;
}

const maxWalks = 200;
/** Up to this many new releases are examined one by one; beyond that, the walk is reloaded. */
const maxNewer = 200;

/** The most recently used walks per store; dropped together with the store. */
const walksOf = new WeakMap<Store, Map<number, LoadedWalk>>();

/**
 * The walk of a release, loaded once per process and kept up with the releases that came since.
 *
 * @param signs of the build now
 * @returns null when there is no such release
 */
async function loadWalk(
  store: Store,
  tx: Transaction,
  place: Place,
  signs: BuildSigns,
): Promise<LoadedWalk | null> {
  const walks = walksOf.get(store) ?? new Map<number, LoadedWalk>();
  walksOf.set(store, walks);
  const known = walks.get(place.releaseId);
  const walk = known === undefined ? await load(tx, place, signs) : await keepUp(tx, place, signs, known);
  walks.delete(place.releaseId);
  if (walk === null) return null;
  walks.set(place.releaseId, walk);
  if (walks.size > maxWalks) walks.delete(walks.keys().next().value!);
  return walk;
}

/**
 * The walk of a release with the settings of its build. A release without history that names no baseline has a fixed one, so
 * clients that know nothing of either pay for no lookup per request.
 *
 * @returns null when there is no such release
 */
export async function walkNow(
  store: Store,
  tx: Transaction,
  { id, buildId }: { id: number; buildId: number },
): Promise<WalkNow | null> {
  const known = walksOf.get(store)?.get(id);
  if (known?.release.history === 'absent' && known.origin.baselineReleaseId === null) {
    return { walk: known, settings: defaultBaselineSettings };
  }
  const signs = await tx.baselines.signs(buildId);
  const walk = await loadWalk(store, tx, { buildId, releaseId: id }, signs);
  return walk === null ? null : { walk, settings: signs.settings };
}

/** Drops the loaded walk; the next use reloads it. */
export function forgetWalk(store: Store, releaseId: number): void {
  walksOf.get(store)?.delete(releaseId);
}

async function load(
  tx: Transaction,
  { buildId, releaseId }: Place,
  signs: BuildSigns,
): Promise<LoadedWalk | null> {
  const { newestReleaseId, settings } = signs;
  const placed = await tx.baselines.find(releaseId);
  if (placed === null) return null;
  const start = startOf(placed);
  const { history } = start;
  const trees = history.flatMap(({ tree }) => (tree === undefined ? [] : [tree]));
  const commits = [...earlierCommits(start, settings), ...history.map(({ commit }) => commit)];
  const releases = await tx.baselines.releasesOf(buildId, commits, trees);
  return {
    ...placed,
    candidates: walkOf(start, releases, settings),
    newestReleaseId,
    state: stateOf(signs),
  };
}

async function keepUp(
  tx: Transaction,
  place: Place,
  signs: BuildSigns,
  known: LoadedWalk,
): Promise<LoadedWalk | null> {
  const { newestReleaseId, settings } = signs;
  if (known.state !== stateOf(signs)) return load(tx, place, signs);
  if (known.newestReleaseId === newestReleaseId) return known;
  // A known id that no longer exists belonged to a transaction that was rolled back.
  if (known.newestReleaseId > newestReleaseId) return load(tx, place, signs);
  const newer = await tx.baselines.newest(place.buildId, maxNewer, known.newestReleaseId);
  if (newer.length === maxNewer) return load(tx, place, signs);
  const releases: PlacedRelease[] = [...known.candidates.map(({ release }) => release), ...newer];
  return { ...known, candidates: walkOf(startOf(known), releases, settings), newestReleaseId };
}

/** A release as it asks along its history, for baselines and for verdicts. */
export function startOf({ release, origin }: PlacedWithHistory) {
  return { release, history: origin.history ?? [], own: origin.own };
}

function stateOf({ restoredAt, settings }: BuildSigns): string {
  return [restoredAt, ...settings.mainBranches].join('\n');
}
