/** Pages that the baseline has and a release does not, during a visit. */

import type { MissingVerdict } from '../../../domain/baselines/choose-baseline.ts';
import type { Answer } from '../api/api.ts';
import type { Release } from '../api/shapes.ts';

export type MissingAnswer = Pick<Answer<'listMissing'>, 'missing' | 'baselineReleases'> & {
  release: Pick<Release, 'version' | 'status'>;
};

/** The release of a page's last image. */
export type LastRelease = MissingAnswer['baselineReleases'][number];

export interface MissingPage {
  /** Negative, so that it is never a run's. Kept for the visit. */
  readonly id: number;
  readonly name: string;
  readonly nameLower: string;
  readonly verdict: MissingVerdict;
  readonly verdictBy: string | null;
  /** Epoch milliseconds. */
  readonly verdictAt: number | null;
  /** The run with its last image. */
  readonly runId: number | null;
  readonly lastRelease: LastRelease | null;
  /** The new run that shows the same: the page was renamed. A verdict on either is one on both. */
  readonly renamed: { readonly name: string; readonly runId: number } | null;
}

export interface MissingCounts {
  /** Those whose removal is not confirmed; without renamed ones. */
  missing: number;
  /** Of those, the ones without a verdict. */
  undecided: number;
  /** Renamed ones without a verdict. */
  renamed: number;
}

export interface MissingState {
  counts: MissingCounts;
  /** Ids on screen, by name. */
  order: readonly number[];
  /** How many arrived after the order was taken. */
  late: number;
}

interface Verdict {
  verdict: MissingVerdict;
  by: string | null;
  at: number | null;
}

type Listener = () => void;

/** A new state with every change; verdicts in transit are shown over those of the server. */
export class MissingPages {
  /** For `useSyncExternalStore`. */
  state: MissingState = { counts: { missing: 0, undecided: 0, renamed: 0 }, order: [], late: 0 };
  #ids = new Map<string, number>();
  #base = new Map<string, MissingPage & { version: number }>();
  #overlays = new Map<string, Verdict>();
  #shown = new Map<number, MissingPage>();
  #order: readonly number[] = [];
  #isLoaded = false;
  #listeners = new Set<Listener>();

  get size(): number {
    return this.#base.size;
  }

  page(id: number): MissingPage | undefined {
    return this.#shown.get(id);
  }

  idOf(name: string): number | undefined {
    return this.#ids.get(name);
  }

  /** Applies an answer. The first one sets the order of the visit; pages of later ones wait in `late`. */
  load({ missing: all, baselineReleases, release: { version, status } }: MissingAnswer): void {
    // Pages that may still come are not missing.
    const missing = status === 'receiving' ? [] : all;
    const releases = new Map(baselineReleases.map((release) => [release.id, release]));
    const names = new Set(missing.map(({ name }) => name));
    for (const name of this.#base.keys()) if (!names.has(name)) this.#base.delete(name);
    let hasNewNames = false;
    for (const entry of missing) {
      const { name, verdict, verdictBy, verdictAt, renamedTo, renamedRunId } = entry;
      if ((this.#base.get(name)?.version ?? 0) > version) continue;
      if ((this.#base.get(name)?.renamed?.runId ?? null) !== renamedRunId) hasNewNames = true;
      const id = this.#ids.get(name) ?? -1 - this.#ids.size;
      this.#ids.set(name, id);
      this.#base.set(name, {
        ...{ id, name, nameLower: name.toLowerCase(), verdict, verdictBy, verdictAt, version },
        runId: entry.baselineRunId,
        lastRelease: releases.get(entry.baselineReleaseId ?? 0) ?? null,
        renamed:
          renamedTo === null || renamedRunId === null ? null : { name: renamedTo, runId: renamedRunId },
      });
    }
    // Those who show the order by name show it anew.
    if (hasNewNames) this.#order = [...this.#order];
    if (this.#isLoaded) this.#publish();
    else this.takeOrder();
    this.#isLoaded = true;
  }

  /** Shows a verdict before the server has it, until `settle` or `takeBack`. */
  show(names: readonly string[], verdict: MissingVerdict, by: string | null, at: number): void {
    for (const name of names) this.#overlays.set(name, { verdict, by, at });
    this.#publish();
  }

  /** Reverts to the server's verdicts. */
  takeBack(names: readonly string[]): void {
    for (const name of names) this.#overlays.delete(name);
    this.#publish();
  }

  /**
   * Applies verdicts that the server took.
   *
   * @param keepOverlay names whose overlay belongs to a later decision still in transit
   */
  settle(
    verdicts: readonly (Verdict & { name: string })[],
    version: number,
    keepOverlay: ReadonlySet<string>,
  ): void {
    for (const { name, verdict, by, at } of verdicts) {
      const base = this.#base.get(name);
      if (base !== undefined) this.#base.set(name, { ...judged(base, { verdict, by, at }), version });
      if (!keepOverlay.has(name)) this.#overlays.delete(name);
    }
    this.#publish();
  }

  /** Takes up those that arrived late. Called on the user's request. */
  takeOrder(): void {
    this.#order = [...this.#base.values()]
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
      .map(({ id }) => id);
    this.#publish();
  }

  subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #publish(): void {
    const counts = { missing: 0, undecided: 0, renamed: 0 };
    this.#shown = new Map();
    for (const base of this.#base.values()) {
      const overlay = this.#overlays.get(base.name);
      const page = overlay === undefined ? base : judged(base, overlay);
      this.#shown.set(page.id, page);
      if (page.renamed !== null) {
        if (page.verdict === 'undecided') counts.renamed++;
        continue;
      }
      if (page.verdict !== 'confirmed') counts.missing++;
      if (page.verdict === 'undecided') counts.undecided++;
    }
    const order = this.#order.filter((id) => this.#shown.has(id));
    this.#order = order.length === this.#order.length ? this.#order : order;
    this.state = { counts, order: this.#order, late: this.#shown.size - this.#order.length };
    for (const listener of this.#listeners) listener();
  }
}

function judged<Page extends MissingPage>(page: Page, { verdict, by, at }: Verdict): Page {
  const isOpen = verdict === 'undecided';
  return { ...page, verdict, verdictBy: isOpen ? null : by, verdictAt: isOpen ? null : at };
}

/** Whether an id of a list is that of a missing page. */
export function isMissingId(id: number): boolean {
  return id < 0;
}

/** The displayed state of a missing page. */
export type MissingPageState =
  'missing' | 'removed' | 'expected' | 'renamed' | 'rename_approved' | 'rename_rejected';

export function missingStateOf({
  verdict,
  renamed,
}: Pick<MissingPage, 'verdict' | 'renamed'>): MissingPageState {
  if (renamed !== null)
    return verdict === 'undecided'
      ? 'renamed'
      : verdict === 'confirmed'
        ? 'rename_approved'
        : 'rename_rejected';
  return verdict === 'undecided' ? 'missing' : verdict === 'confirmed' ? 'removed' : 'expected';
}
