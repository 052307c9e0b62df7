import { plural } from '../../kit/format.ts';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Verdict } from '../../../domain/runs/verdict.ts';
import { announce } from '../../kit/announcer.tsx';
import { copyText } from '../../kit/clipboard.ts';
import type { ViewerEngine } from '../../viewer/engine.ts';
import { stepSentence } from '../../viewer/step-words.ts';
import type { RunSearch } from '../address/addresses.ts';
import { formatSearch } from '../address/search.ts';
import { toast } from '../frame/toasts.ts';
import { isMissingId } from '../runs/missing-pages.ts';
import { isUndecided, type RunRow } from '../runs/run-row.ts';
import type { Visit } from '../visit/visit.ts';
import type { RunsSearch } from './list-search.ts';
import { movesOnAfterDecision } from './highlight-settings.tsx';
import { neighbour, nextUndecided } from './run-order.ts';
import type { RunDetail } from './use-run.ts';
import { formatPlace, viewSearch } from './view-address.ts';

/** Verdicts that can have, or need, a reason. */
export type ReasonFor = 'approved' | 'rejected';

export interface RunActions {
  /** Direction of the last navigation. */
  direction: 1 | -1;
  /** Whether the last decision was the final one. */
  isEnd: boolean;
  /** Undecided runs with exactly the same changes, the open one among them. */
  sameChanges: readonly number[];
  /** Names of all other runs with exactly the same changes, decided or not. */
  samePlaceNames: readonly string[];
  open: (id: number) => void;
  step: (by: 1 | -1) => void;
  stepUndecided: (by: 1 | -1) => void;
  judge: (verdict: Verdict, note?: string) => void;
  /** The verdict on the open run for which a reason is being written; null: none is. */
  reasonFor: ReasonFor | null;
  askReason: (verdict: ReasonFor | null) => void;
  /** `E`: asks for confirmation with the count, then approves them together. */
  askSameChanges: () => void;
  isAsking: boolean;
  stopAsking: () => void;
  /** After a decision: advances to the next undecided run, if so configured. */
  moveOn: () => void;
  undo: () => void;
  lookAgain: () => void;
  sayRegion: (index: number | null) => void;
  copyLink: () => void;
  openChanges: () => void;
  openPage: (page: '/image' | '/log') => void;
}

interface Around {
  visit: Visit;
  engine: ViewerEngine;
  row: RunRow | null;
  detail: RunDetail | null;
  /** Ids in the list, in its order. */
  shown: readonly number[];
  /** Search parameters of a run in the list, besides its name. */
  runsSearch: RunsSearch;
  search: RunSearch;
  /** The newer attempt that makes this one read-only. */
  newer: { number: number } | null;
}

/** The actions of the run page. */
export function useRunActions(around: Around): RunActions {
  const { visit, engine, row, detail, shown, runsSearch, search, newer } = around;
  const { store, decisions } = visit;
  const navigate = useNavigate();
  const [direction, setDirection] = useState<1 | -1>(1);
  const [isAsking, setAsking] = useState(false);
  /** The run whose decision was the final one. */
  const [endedAt, setEndedAt] = useState<number | null>(null);
  const [asked, setAsked] = useState<{ runId: number; verdict: ReasonFor } | null>(null);
  const current = row?.id ?? 0;
  const undecided = (id: number) => {
    const each = store.row(id);
    return each !== undefined && isUndecided(each);
  };

  const open = (id: number) => {
    const to = store.row(id);
    if (to === undefined) return;
    const { view } = engine.state();
    void navigate({
      to: '/run',
      search: { ...runsSearch, test: to.name, ...viewSearch(view, null) },
      replace: true,
      resetScroll: false,
    });
  };
  const go = (id: number | null, by: 1 | -1) => {
    setDirection(by);
    setEndedAt(null);
    if (id === null) toast(by === 1 ? 'That was the last one.' : 'This is the first one.');
    else open(id);
  };
  const moveOn = () => {
    if (!movesOnAfterDecision()) return;
    const next = nextUndecided(shown, store.state.order, current, 1, undecided);
    setDirection(1);
    setEndedAt(next === null ? current : null);
    if (next !== null) open(next);
  };
  const isTakenOver =
    detail !== null && detail.verdictOrigin !== null && row?.verdictAt === detail.run.verdictAt;
  const places = row === null ? [] : decisions.sameChanges(row.id);
  const samePlaceNames =
    row === null
      ? []
      : store
          .sameChanges(row.id)
          .filter((id) => id !== row.id)
          .flatMap((id) => store.row(id)?.name ?? []);

  return {
    direction,
    isEnd: endedAt === current,
    sameChanges: places,
    samePlaceNames,
    open: (id) => {
      setEndedAt(null);
      open(id);
    },
    step: (by) => go(neighbour(shown, store.state.order, current, by), by),
    stepUndecided: (by) => {
      const next = nextUndecided(shown, store.state.order, current, by, undecided);
      if (next === null) toast('There are no more decisions to make.');
      else go(next, by);
    },
    judge: (verdict, note) => {
      if (row === null || detail === null) return;
      if (newer !== null) return void toast(`Read-only: #${newer.number} is newer.`);
      if (row.status === 'failed' && row.verdict === 'none' && verdict === 'approved' && note === undefined)
        return setAsked({ runId: row.id, verdict });
      setAsked(null);
      const isNewer = row.factsVersion > detail.run.factsVersion;
      const options = {
        ...(isNewer && { seen: detail.run.version }),
        ...(note !== undefined && { note }),
        ...(verdict === 'approved' && { hint: elsewhereWords(detail) }),
      };
      const { ids } = decisions.judge([row.id], verdict, options);
      if (verdict === 'none') setEndedAt(null);
      else if (ids.length > 0 || row.verdict === verdict) moveOn();
    },
    reasonFor: asked?.runId === current ? asked.verdict : null,
    askReason: (verdict) => setAsked(verdict === null ? null : { runId: current, verdict }),
    askSameChanges: () => {
      if (newer !== null) toast(`Read-only: #${newer.number} is newer.`);
      else if (places.length > 1) setAsking(true);
      else toast('No other undecided run with exactly the same changes.');
    },
    isAsking,
    stopAsking: () => setAsking(false),
    moveOn,
    undo: () => {
      if (!decisions.state.canUndo && row !== null && isTakenOver) {
        return decisions.judge([row.id], 'none').ids.length > 0;
      }
      const undone = decisions.undo();
      const id = undone?.runIds[0];
      setEndedAt(null);
      if (id !== undefined && id !== current && !isMissingId(id)) open(id);
    },
    lookAgain: () => {
      setEndedAt(null);
      const first = store.state.order[0];
      if (first !== undefined) open(first);
    },
    sayRegion: (index) => {
      const { scene } = engine;
      if (index !== null && scene !== null) announce(stepSentence(index, scene));
    },
    openChanges: () =>
      void navigate({ to: '/release', search: { ...runsSearch, mode: 'changes', change: '' } }),
    copyLink: () => void copyLink(engine, search),
    openPage: (page) => {
      const type = page === '/image' ? imageType(engine, detail) : 'after';
      void navigate({ to: page, search: { ...runsSearch, test: search.test, type } });
    },
  };
}

/** That the changes of an approved run wait in others, too; empty if they do not. */
function elsewhereWords({ changes }: RunDetail): string {
  const others = Math.max(0, ...changes.map(({ otherOpenRuns }) => otherOpenRuns));
  return others === 0 ? '' : `Also approve its changes in ${plural(others, 'other run')}: Shift+G.`;
}

/** The current image: the single pane, or the newest one. */
function imageType(engine: ViewerEngine, detail: RunDetail | null): 'before' | 'diff' | 'after' {
  const [pane, ...others] = engine.state().panes;
  if (others.length === 0 && (pane === 'before' || pane === 'diff')) return pane;
  return detail?.run.current.image === null ? 'before' : 'after';
}

/** Copies an address that opens exactly this view. */
async function copyLink(engine: ViewerEngine, search: RunSearch): Promise<void> {
  const { view, region, canAlign, isAligned } = engine.state();
  const address = formatSearch({
    id: search.id,
    name: search.name,
    number: search.number,
    test: search.test,
    ...viewSearch(view, region),
    at: formatPlace(engine.camera.transform),
    ...(canAlign && { aligned: isAligned ? 'on' : 'off' }),
  });
  const link = `${window.location.origin}/run${address}`;
  if (await copyText(link)) toast('Link copied.');
  else window.prompt('Copy this link', link);
}
