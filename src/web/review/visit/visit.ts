import { useEffect, useSyncExternalStore } from 'react';
import type { ReleaseKey } from '../address/addresses.ts';
import { actorName } from '../decisions/actor-name.ts';
import { Decisions } from '../decisions/decisions.ts';
import type { Notice } from '../decisions/port.ts';
import { serverPort } from '../decisions/server-port.ts';
import { dismissToast, toast } from '../frame/toasts.ts';
import { onReconnect, ReleaseFeed, type FeedState } from './release-feed.ts';
import { TalkStore } from './talk-store.ts';
import { ReleaseStore, type ReleaseState } from '../runs/release-store.ts';
import { ViewKeeper } from '../runs/release-view.ts';
import type { MissingState } from '../runs/missing-pages.ts';
import type { RunRow } from '../runs/run-row.ts';

/**
 * One visit to a release: from opening its page or one of its runs until both are closed. Order, selection
 * and filters are kept for its duration.
 */
export interface Visit {
  key: ReleaseKey;
  store: ReleaseStore;
  decisions: Decisions;
  /** Loads the runs and listens for changes while a page is mounted. */
  feed: ReleaseFeed;
  /** The visible runs, the same in the list and on a run's page. */
  view: ViewKeeper;
  /** What members say about it. */
  talk: TalkStore;
  /** The run that the keys have reached, and the scroll position of the list. */
  place: Place;
}

/** The viewer's place in the list of a release. */
class Place {
  runId: number | null = null;
  scrollTop = 0;

  keep(change: { runId?: number | null; scrollTop?: number }): void {
    Object.assign(this, change);
  }
}

interface Kept extends Visit {
  users: number;
  stopRetrying: () => void;
  ending: ReturnType<typeof setTimeout> | null;
}

const visits = new Map<string, Kept>();

/** Longest gap between two pages of the same visit. */
const gapMs = 1_000;

/** The visit to a release, for both the release page and the run page. */
function visitOf(key: ReleaseKey): Visit {
  const id = visitId(key);
  const known = visits.get(id);
  if (known !== undefined) return known;
  const store = new ReleaseStore();
  const decisions = new Decisions(store, key, serverPort(key), {
    notify: showNotice(),
    actorName,
    now: () => Date.now(),
    later: (ms, call) => {
      const timer = setTimeout(call, ms);
      return () => clearTimeout(timer);
    },
    storage: sessionStorage,
  });
  const visit: Kept = {
    key,
    store,
    decisions,
    feed: new ReleaseFeed(key, store),
    view: new ViewKeeper(),
    talk: new TalkStore(key),
    place: new Place(),
    users: 0,
    stopRetrying: onReconnect(() => decisions.retryNow()),
    ending: null,
  };
  visits.set(id, visit);
  return visit;
}

/** The visit to a release that a page shows now; null without one. */
export function openVisit(key: ReleaseKey): Visit | null {
  return visits.get(visitId(key)) ?? null;
}

function visitId({ buildId, releaseName, releaseNumber }: ReleaseKey): string {
  return `${buildId}/${releaseNumber}/${releaseName}`;
}

/** The visit of a page while it is mounted. */
export function useVisit(key: ReleaseKey): Visit {
  const visit = visitOf(key) as Kept;
  useEffect(() => join(visit), [visit]);
  return visit;
}

function join(visit: Kept): () => void {
  visit.users++;
  if (visit.ending !== null) clearTimeout(visit.ending);
  visit.ending = null;
  if (visit.users === 1) visit.feed.open();
  return () => {
    visit.users--;
    if (visit.users === 0) endSoon(visit);
  };
}

/** Ends an abandoned visit, once its waiting decisions are sent. */
function endSoon(visit: Kept): void {
  visit.ending = setTimeout(() => {
    if (visit.decisions.state.waiting > 0) return endSoon(visit);
    visit.feed.close();
    visit.stopRetrying();
    for (const [id, each] of visits) if (each === visit) visits.delete(id);
  }, gapMs);
}

/** One decision toast at a time: a new one replaces the last. */
function showNotice(): (notice: Notice) => void {
  let last: number | null = null;
  return ({ tone, words, actions }) => {
    if (last !== null) dismissToast(last);
    const action = actions[0];
    const id = toast(words, {
      tone: tone === 'problem' ? 'problem' : 'plain',
      action: action === undefined ? null : { label: action.label, run: action.act },
    });
    last = tone === 'problem' ? null : id;
  };
}

/** One run; re-renders only when it changes. */
export function useRow(store: ReleaseStore, id: number): RunRow | undefined {
  return useSyncExternalStore(
    (listener) => store.subscribeRow(id, listener),
    () => store.row(id),
  );
}

/** The release's state, counts and order; re-renders with every change of those. */
export function useReleaseState(store: ReleaseStore): ReleaseState {
  return useSyncExternalStore(store.subscribe, () => store.state);
}

/** The missing pages of the release; re-renders with every change of those. */
export function useMissing({ missing }: ReleaseStore): MissingState {
  return useSyncExternalStore(missing.subscribe, () => missing.state);
}

/** Whether the runs are loaded, and if not, why. */
export function useFeed({ feed }: Visit): FeedState {
  return useSyncExternalStore(feed.subscribe, () => feed.state);
}
