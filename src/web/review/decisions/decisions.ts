import type { AppError } from '../../../base/errors.ts';
import type { MissingVerdict } from '../../../domain/baselines/choose-baseline.ts';
import type { Verdict } from '../../../domain/runs/verdict.ts';
import type { ReleaseKey } from '../address/addresses.ts';
import type { Release } from '../api/shapes.ts';
import { isApprovedByMe, isUndecided, mayHave, type RunRow } from '../runs/run-row.ts';
import type { ReleaseStore } from '../runs/release-store.ts';
import type { Decided, DecisionsState, GoodQuestion } from './decision-state.ts';
import { Delivery } from './delivery.ts';
import * as notices from './notices.ts';
import { newOperationId } from './operation-id.ts';
import { Outbox, type Letter, type PagesLetter, type RunsLetter } from './outbox.ts';
import { PagesOnScreen, withoutSeen } from './pages-on-screen.ts';
import type { DecisionsPort, DecisionsSurroundings, ReleaseDecision } from './port.ts';
import { questionBeforeGood } from './question-before-good.ts';
import { RunsOnScreen } from './runs-on-screen.ts';
import { Sender } from './sender.ts';
import { UndoStack, type Undoable } from './undo-stack.ts';
import * as words from './words.ts';

/**
 * One person's decisions about one release: shown immediately, sent in order, undone with one call.
 *
 * A verdict changes the mark in the store before the server answers. If the server refuses, the mark reverts and a
 * notice says why. If the server is unreachable, the decision waits in order, even across reloads, and is resent with
 * the same operation id, so that it is applied only once. Every decision carries the version on screen:
 * if another person decided otherwise, or the image changed, the server does not apply it and the notice says who.
 *
 * The last 50 decisions can be undone, newest first, even after a reload. Undo is one call, too:
 * each run gets back what counted before, unless it has been judged since.
 */
export class Decisions {
  #store: ReleaseStore;
  #around: DecisionsSurroundings;
  #outbox: Outbox;
  #undo: UndoStack;
  #runs: RunsOnScreen;
  #pages: PagesOnScreen;
  #delivery: Delivery;
  #sender: Sender;
  #listeners = new Set<() => void>();
  #state: DecisionsState;

  constructor(store: ReleaseStore, key: ReleaseKey, port: DecisionsPort, around: DecisionsSurroundings) {
    this.#store = store;
    this.#around = around;
    const named = `${key.buildId}.${key.releaseNumber}.${key.releaseName}`;
    const outbox = (this.#outbox = new Outbox(`dpxdt.outbox.${named}`, around.storage));
    const undo = (this.#undo = new UndoStack(`dpxdt.undo.${named}`, around.storage));
    const runs = (this.#runs = new RunsOnScreen(store, outbox));
    const pages = (this.#pages = new PagesOnScreen(store.missing, outbox));
    this.#delivery = new Delivery({ store, outbox, undo, runs, pages }, port, around, {
      undo: (operationId) => void this.undo(operationId),
      judgeAnyway: ({ runId, version }, verdict) => void this.judge([runId], verdict, { seen: version }),
    });
    this.#sender = new Sender(outbox, around, {
      deliver: (letter) => this.#delivery.deliver(letter),
      refused: (letter, problem) => this.#refused(letter, problem),
      changed: () => this.#publish(),
    });
    this.#state = this.#stateNow();
    for (const letter of outbox.letters) this.#showLetter(letter);
    void this.#sender.send();
  }

  /** For `useSyncExternalStore`. */
  get state(): DecisionsState {
    return this.#state;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /**
   * Approves or rejects runs as one operation, or undoes their verdicts (`none`). Runs that do not differ or already
   * have the verdict are skipped.
   *
   * @param seen release version at which the image on screen was loaded, if older than the row; by default
   *   the row's own version
   * @param options `note`: the reason, for the activity log; `hint`: what else can be done, for the notice
   */
  judge(
    ids: readonly number[],
    verdict: Verdict,
    options: { seen?: number; note?: string; hint?: string } = {},
  ): Decided {
    const rows = ids.flatMap((id) => this.#store.row(id) ?? []);
    const hasReason = options.note !== undefined;
    const reviewable = rows.filter((row) => mayHave(row, verdict, hasReason));
    const changing = reviewable.filter((row) => isChanging(row, verdict));
    if (changing.length === 0) {
      const nothing = words.nothingToDo(reviewable, rows, verdict, this.#delivery.people);
      this.#around.notify(notices.done(nothing));
      return { ids: [], operationId: null };
    }
    const letter: RunsLetter = {
      kind: 'runs',
      operationId: newOperationId(),
      isUndo: false,
      verdict,
      ...(options.note !== undefined && { note: options.note }),
      at: this.#around.now(),
      runs: changing.map((row) => ({ id: row.id, verdict, seen: options.seen ?? row.version })),
    };
    this.#undo.push(this.#runs.undoOf(letter));
    this.#post(letter);
    this.#around.notify(
      notices.done(
        [words.judged(verdict, changing), options.hint ?? ''].join(' ').trim(),
        () => void this.undo(letter.operationId),
      ),
    );
    return { ids: changing.map((row) => row.id), operationId: letter.operationId };
  }

  /** Confirms that missing pages were removed, says that they must come back, or undoes that (`undecided`). */
  judgePages(ids: readonly number[], verdict: MissingVerdict): Decided {
    const pages = ids.flatMap((id) => this.#store.missing.page(id) ?? []);
    const changing = pages.filter((page) => page.verdict !== verdict);
    if (changing.length === 0) {
      this.#around.notify(notices.done(words.nothingToSay(pages, verdict, this.#delivery.people)));
      return { ids: [], operationId: null };
    }
    const letter: PagesLetter = {
      kind: 'pages',
      operationId: newOperationId(),
      isUndo: false,
      at: this.#around.now(),
      pages: changing.map((page) => ({ name: page.name, verdict, seen: page.verdict })),
    };
    this.#undo.push(this.#pages.undoOf(letter));
    this.#post(letter);
    this.#around.notify(
      notices.done(words.pagesJudged(verdict, changing), () => void this.undo(letter.operationId)),
    );
    return { ids: changing.map(({ id }) => id), operationId: letter.operationId };
  }

  /**
   * Approves the new pages of a release without anything to compare with. Where the server does not mark it good by itself,
   * that is done, too, unless a failed run still waits for a decision.
   */
  acceptFirstBaseline(): void {
    const { counts, release } = this.#store.state;
    const added = this.#store.state.order.filter((id) => {
      const row = this.#store.row(id);
      return row?.status === 'no_diff_needed' && row.verdict === 'none';
    });
    if (added.length > 0) this.judge(added, 'approved');
    const isRest = counts.failed === counts.accepted;
    if (release?.followsGit === false && isRest) {
      this.decideRelease('good', { exceptRejected: counts.rejected > 0 });
    }
  }

  /** Undecided runs with exactly the same changes as this one, itself included. */
  sameChanges(id: number): readonly number[] {
    return this.#store.sameChanges(id).filter((each) => {
      const row = this.#store.row(each);
      return row !== undefined && isUndecided(row);
    });
  }

  /**
   * Says what a decision on a change did, which the server has applied; it can be undone like any other.
   *
   * @param decided.release as it is after it, which may be good by itself now
   */
  changeDecided(
    { fingerprint, operationId, release }: { fingerprint: string; operationId: string; release: Release },
    told: string,
  ): void {
    this.#undo.push({ kind: 'change', operationId, fingerprint });
    this.#store.setRelease(release);
    this.#publish();
    this.#around.notify(notices.done(told, () => this.undoChange(fingerprint, operationId)));
  }

  /** Undoes a decision on a change, also one that another person took. */
  undoChange(fingerprint: string, operationId: string): void {
    this.#undo.take(operationId);
    this.#reverse({ kind: 'change', operationId, fingerprint });
  }

  /**
   * Undoes a decision: the last one, or the one with that operation id.
   *
   * @returns what was undone, runs or missing pages or a change, so that the page can go there; null when there is nothing
   *   to undo
   */
  undo(operationId?: string): { runIds: readonly number[]; fingerprint?: string } | null {
    const entry = this.#undo.take(operationId);
    if (entry === undefined) {
      if (operationId === undefined) this.#around.notify(notices.done('Nothing to undo.'));
      return null;
    }
    this.#reverse(entry);
    // Its runs are known once the server answers.
    if (entry.kind === 'change') return { runIds: [], fingerprint: entry.fingerprint };
    this.#around.notify(notices.done('Undone.'));
    if (entry.kind === 'pages')
      return { runIds: entry.pages.flatMap(([name]) => this.#store.missing.idOf(name) ?? []) };
    return { runIds: entry.kind === 'runs' ? entry.runs.map(([id]) => id) : [] };
  }

  /** What to confirm before marking good; null when there is nothing to confirm. */
  questionBeforeGood(): GoodQuestion | null {
    return questionBeforeGood(this.#store);
  }

  /**
   * Marks the release good or bad, or reopens its review.
   *
   * @param seen release version on the decider's screen; by default the latest known
   * @param exceptRejected marks it good even though runs are rejected
   */
  decideRelease(decision: ReleaseDecision, options: { seen?: number; exceptRejected?: boolean } = {}): void {
    this.#post({
      kind: 'release',
      operationId: newOperationId(),
      isUndo: false,
      decision,
      ...(options.exceptRejected === true && { exceptRejected: true }),
      seen: options.seen ?? this.#store.state.release?.version ?? null,
      at: this.#around.now(),
    });
  }

  /** Sends waiting decisions now. */
  retryNow(): void {
    this.#sender.retryNow();
  }

  #post(letter: Letter): void {
    this.#outbox.add(letter);
    this.#showLetter(letter);
    this.#publish();
    void this.#sender.send();
  }

  #showLetter(letter: Letter): void {
    if (letter.kind === 'pages') this.#pages.show(letter, this.#delivery.me);
    if (letter.kind === 'runs') this.#runs.show(letter, this.#delivery.me);
  }

  /** Of a letter that is no longer on its way. */
  #showWhatWaits({ runs = [], pages = [] }: { runs?: readonly number[]; pages?: readonly string[] }): void {
    if (runs.length > 0) this.#runs.showWhatWaits(runs, this.#delivery.me);
    if (pages.length > 0) this.#pages.showWhatWaits(pages, this.#delivery.me);
  }

  #reverse(entry: Undoable): void {
    if (this.#outbox.recall(entry.operationId)) {
      if (entry.kind === 'runs') this.#showWhatWaits({ runs: entry.runs.map(([id]) => id) });
      if (entry.kind === 'pages') this.#showWhatWaits({ pages: entry.pages.map(([name]) => name) });
      return this.#publish();
    }
    const common = { operationId: newOperationId(), isUndo: true, at: this.#around.now() };
    if (entry.kind === 'release')
      return this.#post({ ...common, kind: 'release', decision: 'reopen', seen: entry.version });
    if (entry.kind === 'pages') {
      const pages = entry.pages.map(([name, verdict]) => ({ name, verdict }));
      return this.#post({ ...common, kind: 'pages', pages });
    }
    const undoing = { ...common, kind: 'runs', undoes: entry.operationId, verdict: null } as const;
    if (entry.kind === 'change') return this.#post({ ...undoing, isOfChange: true, runs: [] });
    this.#post({ ...undoing, runs: entry.runs.map(([id, verdict]) => ({ id, verdict, seen: null })) });
  }

  #refused(letter: Letter, problem: AppError): void {
    if (letter.kind === 'runs') this.#showWhatWaits({ runs: letter.runs.map(({ id }) => id) });
    if (letter.kind === 'pages') this.#showWhatWaits({ pages: letter.pages.map(({ name }) => name) });
    this.#undo.change(letter.operationId, () => null);
    const again: Letter = { ...withoutSeen(letter), operationId: newOperationId() };
    const exceptRejected: Letter = { ...again, ...(letter.kind === 'release' && { exceptRejected: true }) };
    this.#around.notify(
      notices.refused(letter, problem, this.#delivery.people, {
        again: () => this.#postAgain(again),
        exceptRejected: () => this.#postAgain(exceptRejected),
      }),
    );
  }

  #postAgain(letter: Letter): void {
    if (letter.kind === 'pages' && !letter.isUndo) this.#undo.push(this.#pages.undoOf(letter));
    if (letter.kind === 'runs' && !letter.isUndo) this.#undo.push(this.#runs.undoOf(letter));
    this.#post(letter);
  }

  #stateNow(): DecisionsState {
    const { letters } = this.#outbox;
    const decided = letters.find((letter) => letter.kind === 'release');
    return {
      waiting: letters.length,
      retryAt: this.#sender.retryAt,
      canUndo: this.#undo.size > 0,
      releaseDecision: decided?.decision ?? null,
    };
  }

  #publish(): void {
    this.#state = this.#stateNow();
    for (const listener of this.#listeners) listener();
  }
}

/** Whether the verdict says something new; where several people are asked, each says it once. */
function isChanging(row: RunRow, verdict: Verdict): boolean {
  if (row.verdict !== verdict) return verdict !== 'approved' || !isApprovedByMe(row);
  return verdict === 'none' && row.approvals > 0;
}
