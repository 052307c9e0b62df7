import { useEffect, useSyncExternalStore } from 'react';
import type { ReleaseKey } from '../address/addresses.ts';
import { actorName } from '../decisions/actor-name.ts';
import { Decisions } from '../decisions/decisions.ts';
import type { Notice } from '../decisions/port.ts';
import { serverPort } from '../decisions/server-port.ts';
import { dismissToast, toast } from '../frame/toasts.ts';
import { onReconnect, ReleaseFeed, type FeedState } from './release-feed.ts';
import { ReleaseStore, type ReleaseState } from '../runs/release-store.ts';
import { ViewKeeper } from '../runs/release-view.ts';
import type { RunRow } from '../runs/run-row.ts';

/**
 * One visit to a release: from opening its page or one of its runs until both are left. The order of its runs, what is
 * selected and how they are filtered stay the same for as long as it lasts.
 */
export interface Visit {
  key: ReleaseKey;
  store: ReleaseStore;
  decisions: Decisions;
  /** Loads the runs and listens to changes, while a page is there. */
  feed: ReleaseFeed;
  /** Which runs are shown, the same on the list and beside a run. */
  view: ViewKeeper;
  /** Where the person was: the run that the keys have reached, and how far the list was scrolled. */
  place: Place;
}

/** Where somebody was in the list of a release. */
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

/** A page that goes and the next one that comes belong to one visit if no more time than this lies between. */
const gapMs = 1_000;

/** The visit to a release, for both the release page and the run page. */
function visitOf(key: ReleaseKey): Visit {
  const id = `${key.buildId}/${key.releaseNumber}/${key.releaseName}`;
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
    place: new Place(),
    users: 0,
    stopRetrying: onReconnect(() => decisions.retryNow()),
    ending: null,
  };
  visits.set(id, visit);
  return visit;
}

/** The visit of a page while the page is there. */
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

/** Ends a visit that nobody continues; decisions that are still to be sent keep it until they are. */
function endSoon(visit: Kept): void {
  visit.ending = setTimeout(() => {
    if (visit.decisions.state.waiting > 0) return endSoon(visit);
    visit.feed.close();
    visit.stopRetrying();
    for (const [id, each] of visits) if (each === visit) visits.delete(id);
  }, gapMs);
}

/** One decision toast at a time: the newest takes the place of the last. */
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

/** One run, drawn anew only when it changes. */
export function useRow(store: ReleaseStore, id: number): RunRow | undefined {
  return useSyncExternalStore(
    (listener) => store.subscribeRow(id, listener),
    () => store.row(id),
  );
}

/** What all see of the release: its state, its counts, its order. Draws anew with every change of those. */
export function useReleaseState(store: ReleaseStore): ReleaseState {
  return useSyncExternalStore(store.subscribe, () => store.state);
}

/** Whether the runs are there, and if not, why. */
export function useFeed({ feed }: Visit): FeedState {
  return useSyncExternalStore(feed.subscribe, () => feed.state);
}
