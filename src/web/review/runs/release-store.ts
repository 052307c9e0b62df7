import type { EnvironmentDifference } from '../../../domain/capture/environment.ts';
import type { Verdict } from '../../../domain/runs/verdict.ts';
import type { Build, Release, RunColumns } from '../api/shapes.ts';
import { addTo, countRows, removeFrom, type RunCounts } from './counts.ts';
import { MissingPages } from './missing-pages.ts';
import {
  inReviewOrder,
  isDifference,
  listPartOf,
  newRuleOf,
  rowsFromColumns,
  withVerdict,
  type RunRow,
} from './run-row.ts';

/** Answer of `listRuns`, or what the event stream sends (which has no build). */
export interface ReleaseAnswer {
  build?: Build;
  release: Release;
  runs: RunColumns;
  changeSets: readonly string[];
  environmentChanges: readonly (readonly EnvironmentDifference[])[];
}

/** A verdict on screen that is not yet on the server. */
interface Overlay {
  verdict: Verdict;
  by: string | null;
  at: number;
  note?: string | undefined;
}

/** What arrived after the order on screen was taken. */
export interface LateRuns {
  /** Differing runs that are not among the differences on screen. */
  differences: number;
  /** Other runs that are not on screen. */
  others: number;
}

/** The visible state of a release besides its rows. A new object with every change. */
export interface ReleaseState {
  /** Server state; null until the first answer. */
  release: Release | null;
  build: Build | null;
  /** Counts on screen, including verdicts in transit. */
  counts: RunCounts;
  /** Ids in the order of this visit: failed ones first, then differences, then the rest. */
  order: readonly number[];
  /** How many of `order` had failed, and how many then differed, when it was computed. */
  failedCount: number;
  differenceCount: number;
  /** Incremented whenever `order` is recomputed. */
  orderVersion: number;
  /** Late arrivals, announced by the pill. */
  late: LateRuns;
}

type Listener = () => void;

/**
 * The runs of one release during a visit: rows by id, an order that is computed once per visit, and the verdicts
 * in transit. The release page, the run page and the decisions share one store, so marks agree
 * everywhere and the order survives navigation.
 *
 * Everything except `load` and `takeOrder` is O(changed). Each change notifies only its subscribers:
 * `subscribeRow` for one row, `subscribe` for the release, counts and order.
 */
export class ReleaseStore {
  /** Pages that the release should have and does not. */
  readonly missing = new MissingPages();
  /** For `useSyncExternalStore`. */
  state: ReleaseState = {
    release: null,
    build: null,
    counts: countRows([]),
    order: [],
    failedCount: 0,
    differenceCount: 0,
    orderVersion: 0,
    late: { differences: 0, others: 0 },
  };
  /** The next `state`, built up until it is published. */
  #next: ReleaseState = { ...this.state };
  #counts = countRows([]);
  #base = new Map<number, RunRow>();
  #shown = new Map<number, RunRow>();
  #overlays = new Map<number, Overlay>();
  #idByName = new Map<string, number>();
  /** The part of the list that each run on screen is in. */
  #inOrder = new Map<number, 0 | 1 | 2>();
  #late = new Set<number>();
  #listeners = new Set<Listener>();
  #rowListeners = new Map<number, Set<Listener>>();

  get isLoaded(): boolean {
    return this.#next.release !== null;
  }

  get size(): number {
    return this.#base.size;
  }

  row(id: number): RunRow | undefined {
    return this.#shown.get(id);
  }

  rowNamed(name: string): RunRow | undefined {
    const id = this.#idByName.get(name);
    return id === undefined ? undefined : this.#shown.get(id);
  }

  rows(): IterableIterator<RunRow> {
    return this.#shown.values();
  }

  /** Whether its verdict is still in transit. */
  isSaving(id: number): boolean {
    return this.#overlays.has(id);
  }

  /**
   * Applies an answer with all runs. The first one sets the order of the visit; later ones (after a reconnection) only
   * change rows, and new runs wait in `late`.
   */
  load(answer: ReleaseAnswer): void {
    const isFirst = !this.isLoaded;
    this.#take(answer);
    if (isFirst) this.takeOrder();
    else this.#publish();
  }

  /** Applies changed rows; outdated ones are ignored. */
  patch(answer: ReleaseAnswer): void {
    this.#take(answer);
    this.#publish();
  }

  /** Applies the release from a decision's answer; outdated ones are ignored. */
  setRelease(release: Release): void {
    if (this.#next.release !== null && release.version < this.#next.release.version) return;
    this.#next.release = release;
    this.#publish();
  }

  /** Recomputes the order, merging late arrivals. Called on the user's request. */
  takeOrder(): void {
    const rows = inReviewOrder(this.#base.values());
    this.#next.order = rows.map((row) => row.id);
    this.#inOrder = new Map(rows.map((row) => [row.id, listPartOf(row)]));
    this.#next.failedCount = rows.filter((row) => listPartOf(row) === 0).length;
    this.#next.differenceCount = rows.filter(isDifference).length;
    this.#late.clear();
    this.#next.orderVersion++;
    this.#publish();
  }

  #countLate(): LateRuns {
    let differences = 0;
    for (const id of this.#late) if (isDifference(this.#base.get(id)!)) differences++;
    return { differences, others: this.#late.size - differences };
  }

  /** Shows a verdict before the server has it, until `settle` or `takeBack`. */
  show(ids: readonly number[], verdict: Verdict, by: string | null, at: number, note?: string): void {
    for (const id of ids) {
      this.#overlays.set(id, { verdict, by, at, note });
      if (this.#base.has(id)) this.#refresh(id);
    }
    this.#publish();
  }

  /** Reverts to the server's verdicts. */
  takeBack(ids: readonly number[]): void {
    for (const id of ids) {
      if (this.#overlays.delete(id) && this.#base.has(id)) this.#refresh(id);
    }
    this.#publish();
  }

  /**
   * Applies verdicts from the server's answer.
   *
   * @param keepOverlay ids whose overlay belongs to a later decision still in transit
   */
  settle(
    results: readonly {
      id: number;
      verdict: Verdict;
      by: string | null;
      at: number | null;
      version: number;
      note?: string | undefined;
      approvedBy?: readonly string[] | undefined;
    }[],
    keepOverlay: ReadonlySet<number>,
  ): void {
    for (const result of results) {
      const base = this.#base.get(result.id);
      if (base === undefined) continue;
      if (result.version >= base.version)
        this.#base.set(result.id, {
          ...withVerdict(base, { ...result, note: result.note ?? keptNote(base, result) }),
          version: result.version,
        });
      if (!keepOverlay.has(result.id)) this.#overlays.delete(result.id);
      this.#refresh(result.id);
    }
    this.#publish();
  }

  /** The ids of all differences, decided or not, with exactly the same changes, including this one. */
  sameChanges(id: number): readonly number[] {
    const key = this.#shown.get(id)?.changeSet ?? null;
    return key === null ? [] : (this.#places.get(key) ?? []);
  }

  subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  subscribeRow(id: number, listener: Listener): () => void {
    let listeners = this.#rowListeners.get(id);
    if (listeners === undefined) this.#rowListeners.set(id, (listeners = new Set()));
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#rowListeners.delete(id);
    };
  }

  #placesCache: { key: number; map: Map<string, number[]> } | null = null;
  #changes = 0;

  get #places(): Map<string, number[]> {
    if (this.#placesCache?.key === this.#changes) return this.#placesCache.map;
    const map = new Map<string, number[]>();
    for (const row of this.#base.values()) {
      if (row.changeSet === null || !isDifference(row)) continue;
      const ids = map.get(row.changeSet);
      if (ids === undefined) map.set(row.changeSet, [row.id]);
      else ids.push(row.id);
    }
    this.#placesCache = { key: this.#changes, map };
    return map;
  }

  #take(answer: ReleaseAnswer): void {
    if (answer.build !== undefined) this.#next.build = answer.build;
    if (this.#next.release === null || answer.release.version >= this.#next.release.version)
      this.#next.release = answer.release;
    const newRule = newRuleOf(answer.release, this.#next.build);
    const needed = this.#next.build?.approvals ?? 1;
    for (const row of rowsFromColumns(answer.runs, answer, newRule, needed)) {
      const known = this.#base.get(row.id);
      if (known !== undefined && known.version > row.version) continue;
      if (known?.factsVersion !== row.factsVersion) this.#changes++;
      this.#base.set(row.id, row);
      this.#idByName.set(row.name, row.id);
      const place = this.#inOrder.get(row.id);
      if (place === undefined || listPartOf(row) < place) this.#late.add(row.id);
      else this.#late.delete(row.id);
      this.#refresh(row.id);
    }
  }

  #refresh(id: number): void {
    const base = this.#base.get(id)!;
    const overlay = this.#overlays.get(id);
    const next = overlay === undefined ? base : withVerdict(base, overlay);
    const before = this.#shown.get(id);
    if (before !== undefined) removeFrom(this.#counts, before);
    addTo(this.#counts, next);
    this.#shown.set(id, next);
    for (const listener of this.#rowListeners.get(id) ?? []) listener();
  }

  #publish(): void {
    this.state = { ...this.#next, counts: { ...this.#counts }, late: this.#countLate() };
    for (const listener of this.#listeners) listener();
  }
}

/** The reason, where the answer is about the verdict that is known already. */
function keptNote(row: RunRow, { verdict, at }: { verdict: Verdict; at: number | null }): string | undefined {
  const isKnown = row.verdict === verdict && row.verdictAt === at;
  return isKnown ? (row.verdictNote ?? undefined) : undefined;
}
