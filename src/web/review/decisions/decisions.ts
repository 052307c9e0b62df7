import type { MissingVerdict } from '../../../domain/baselines/choose-baseline.ts';
import type { Verdict } from '../../../domain/model.ts';
import type { ReleaseKey } from '../address/addresses.ts';
import type { AppError } from '../../../base/errors.ts';
import type { Release } from '../api/shapes.ts';
import { isPassing } from '../../../client/refusal.ts';
import { toProblem } from '../api/problem.ts';
import { isApprovedByMe, isUndecided, mayHave, type RunRow } from '../runs/run-row.ts';
import type { ReleaseStore } from '../runs/release-store.ts';
import type { Decided, DecisionsState, GoodQuestion } from './decision-state.ts';
import { newOperationId } from './operation-id.ts';
import { Outbox, type Letter, type PagesLetter, type ReleaseLetter, type RunsLetter } from './outbox.ts';
import type { DecisionsPort, DecisionsSurroundings, ReleaseDecision, VerdictResult } from './port.ts';
import { PagesOnScreen, requestsOf, withoutSeen } from './pages-on-screen.ts';
import { UndoStack, type Undoable } from './undo-stack.ts';
import * as notices from './notices.ts';
import * as words from './words.ts';

/** Retry delays for sending a decision, in milliseconds; the last one repeats. */
const retryMs = [1_000, 2_000, 4_000, 8_000];

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
  #port: DecisionsPort;
  #around: DecisionsSurroundings;
  #outbox: Outbox;
  #undo: UndoStack;
  #pages: PagesOnScreen;
  /** Version that our last decision gave a run; our later decisions build on it. */
  #ownVersions = new Map<number, number>();
  /** Our actor id, as last recorded by the server. */
  #me: string | null = null;
  #isSending = false;
  #failures = 0;
  #retryAt: number | null = null;
  #callOffRetry: (() => void) | null = null;
  #listeners = new Set<() => void>();
  #state: DecisionsState;

  constructor(store: ReleaseStore, key: ReleaseKey, port: DecisionsPort, around: DecisionsSurroundings) {
    this.#store = store;
    this.#port = port;
    this.#around = around;
    const named = `${key.buildId}.${key.releaseNumber}.${key.releaseName}`;
    this.#outbox = new Outbox(`dpxdt.outbox.${named}`, around.storage);
    this.#undo = new UndoStack(`dpxdt.undo.${named}`, around.storage);
    this.#pages = new PagesOnScreen(store.missing, this.#outbox);
    this.#state = this.#stateNow();
    for (const letter of this.#outbox.letters) this.#showLetter(letter);
    void this.#send();
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
      const nothing = words.nothingToDo(reviewable, rows, verdict, this.#people());
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
    this.#undo.push({
      kind: 'runs',
      operationId: letter.operationId,
      verdict,
      runs: changing.map((row) => [row.id, row.verdict]),
    });
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
      this.#around.notify(notices.done(words.nothingToSay(pages, verdict, this.#people())));
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
   * Undoes a decision: the last one, or the one with that operation id.
   *
   * @returns what was undone, runs or missing pages, so that the page can go there; null when there is nothing to undo
   */
  undo(operationId?: string): { runIds: readonly number[] } | null {
    const entry = this.#undo.take(operationId);
    if (entry === undefined) {
      if (operationId === undefined) this.#around.notify(notices.done('Nothing to undo.'));
      return null;
    }
    this.#reverse(entry);
    this.#around.notify(notices.done('Undone.'));
    if (entry.kind === 'pages')
      return { runIds: entry.pages.flatMap(([name]) => this.#store.missing.idOf(name) ?? []) };
    return { runIds: entry.kind === 'runs' ? entry.runs.map(([id]) => id) : [] };
  }

  /** What to confirm before marking good; null when there is nothing to confirm. */
  questionBeforeGood(): GoodQuestion | null {
    const { counts, release } = this.#store.state;
    const { undecided, rejected, waiting } = counts;
    const failed = counts.failed - counts.accepted;
    // Without history, no one else asks about new pages.
    const added = release?.followsGit === false ? counts.new : counts.newUndecided;
    const { missing, renamed } = this.#store.missing.state.counts;
    // The run of a renamed page is new, too.
    const newUndecided = Math.max(0, added - renamed);
    const unseen = this.#store.state.late.differences;
    if (undecided + rejected + failed + waiting + newUndecided + renamed + missing + unseen === 0)
      return null;
    return {
      undecided,
      partlyApproved: counts.partlyApproved,
      needed: this.#store.state.build?.approvals ?? 1,
      rejected,
      failed,
      waiting,
      newUndecided,
      renamed,
      missing,
      unseen,
      version: release?.version ?? 0,
    };
  }

  /**
   * Marks the release good or bad, or reopens its review.
   *
   * @param seen release version on the decider's screen; by default the latest known
   * @param exceptRejected marks it good even though runs are rejected
   */
  decideRelease(decision: ReleaseDecision, options: { seen?: number; exceptRejected?: boolean } = {}): void {
    const letter: ReleaseLetter = {
      kind: 'release',
      operationId: newOperationId(),
      isUndo: false,
      decision,
      ...(options.exceptRejected === true && { exceptRejected: true }),
      seen: options.seen ?? this.#store.state.release?.version ?? null,
      at: this.#around.now(),
    };
    this.#post(letter);
  }

  /** Sends waiting decisions now. */
  retryNow(): void {
    this.#callOffRetry?.();
    this.#callOffRetry = null;
    this.#retryAt = null;
    void this.#send();
  }

  #post(letter: Letter): void {
    this.#outbox.add(letter);
    this.#showLetter(letter);
    this.#publish();
    void this.#send();
  }

  #showLetter(letter: Letter): void {
    if (letter.kind === 'pages') this.#pages.show(letter, this.#me);
    if (letter.kind !== 'runs') return;
    const me = this.#me;
    for (const verdict of new Set(letter.runs.map((run) => run.verdict))) {
      const ids = letter.runs.filter((run) => run.verdict === verdict).map((run) => run.id);
      this.#store.show(ids, verdict, me, letter.at, letter.note);
    }
  }

  #reverse(entry: Undoable): void {
    if (this.#outbox.recall(entry.operationId)) {
      if (entry.kind === 'runs') this.#showWhatWaits(entry.runs.map(([id]) => id));
      if (entry.kind === 'pages')
        this.#pages.showWhatWaits(
          entry.pages.map(([name]) => name),
          this.#me,
        );
      this.#publish();
      return;
    }
    const common = { operationId: newOperationId(), isUndo: true, at: this.#around.now() };
    if (entry.kind === 'release') {
      this.#post({ ...common, kind: 'release', decision: 'reopen', seen: entry.version });
      return;
    }
    if (entry.kind === 'pages') {
      const pages = entry.pages.map(([name, verdict]) => ({ name, verdict }));
      this.#post({ ...common, kind: 'pages', pages });
      return;
    }
    const runs = entry.runs.map(([id, verdict]) => ({ id, verdict, seen: null }));
    this.#post({ ...common, kind: 'runs', undoes: entry.operationId, verdict: null, runs });
  }

  /** The runs' marks according to the last waiting decision, or else the server. */
  #showWhatWaits(ids: readonly number[]): void {
    const me = this.#me;
    const free: number[] = [];
    for (const id of ids) {
      const waiting = this.#outbox.lastVerdict(id);
      if (waiting === null) free.push(id);
      else this.#store.show([id], waiting.verdict, me, waiting.at);
    }
    this.#store.takeBack(free);
  }

  async #send(): Promise<void> {
    if (this.#isSending || this.#retryAt !== null) return;
    this.#isSending = true;
    try {
      for (let letter = this.#outbox.first; letter !== undefined; letter = this.#outbox.first) {
        this.#outbox.markPosted(letter);
        try {
          await this.#deliver(letter);
          this.#failures = 0;
        } catch (error) {
          const problem = toProblem(error);
          if (isPassing(problem)) {
            this.#waitAndRetry();
            return;
          }
          this.#outbox.remove(letter.operationId);
          this.#refused(letter, problem);
        }
        this.#publish();
      }
    } finally {
      this.#isSending = false;
      this.#publish();
    }
  }

  #waitAndRetry(): void {
    const wait = retryMs[Math.min(this.#failures, retryMs.length - 1)]!;
    this.#failures++;
    this.#retryAt = this.#around.now() + wait;
    this.#callOffRetry = this.#around.later(wait, () => this.retryNow());
  }

  async #deliver(letter: Letter): Promise<void> {
    if (letter.isUndo && letter.kind !== 'release') await this.#reopenForUndo(letter);
    if (letter.kind === 'pages') return this.#deliverPages(letter);
    if (letter.kind === 'release') {
      const { release, baseline } = await this.#port.decideRelease({
        operationId: letter.operationId,
        decision: letter.decision,
        ...(letter.seen !== null && { version: letter.seen }),
        ...(letter.exceptRejected === true && { exceptRejected: true }),
      });
      this.#outbox.remove(letter.operationId);
      this.#store.setRelease(release);
      if (letter.isUndo) return;
      this.#undo.push({
        kind: 'release',
        operationId: letter.operationId,
        decision: letter.decision,
        version: release.version,
      });
      const undo = letter.decision === 'reopen' ? undefined : () => void this.undo(letter.operationId);
      this.#around.notify(notices.done(words.releaseDecided(letter, release, baseline), undo));
      return;
    }
    if (letter.undoes !== undefined) return this.#deliverUndo(letter, letter.undoes);
    const { release, results } = await this.#port.judgeRuns({
      operationId: letter.operationId,
      runs: letter.runs.map(({ id, verdict, seen }) => {
        const own = this.#ownVersions.get(id);
        const version = seen === null ? own : Math.max(seen, own ?? 0);
        return { runId: id, verdict, ...(version !== undefined && { version }) };
      }),
      ...(letter.note !== undefined && { note: letter.note }),
    });
    this.#outbox.remove(letter.operationId);
    this.#settle(letter, results);
    this.#store.setRelease(release);
  }

  /** A release that became good by itself is in review again once a decision that made it so is undone. */
  async #reopenForUndo({ operationId }: Letter): Promise<void> {
    const { release } = this.#store.state;
    if (release?.status !== 'good' || release.decidedBy !== 'server') return;
    const { release: reopened } = await this.#port.decideRelease({
      operationId: `${operationId} reopen`,
      decision: 'reopen',
      version: release.version,
    });
    this.#store.setRelease(reopened);
  }

  async #deliverPages(letter: PagesLetter): Promise<void> {
    let release: Release | undefined;
    for (const request of requestsOf(letter)) ({ release } = await this.#port.judgePages(request));
    this.#outbox.remove(letter.operationId);
    if (release === undefined) return;
    this.#pages.settle(letter, release.version, this.#me);
    this.#store.setRelease(release);
  }

  async #deliverUndo(letter: RunsLetter, undoes: string): Promise<void> {
    const sinceVersion = this.#store.state.release?.version ?? 0;
    const { keptRunIds, changes } = await this.#port.undo({ operationId: undoes, sinceVersion });
    this.#outbox.remove(letter.operationId);
    const waiting = this.#outbox.runIds();
    this.#store.patch(changes);
    this.#store.takeBack(letter.runs.map(({ id }) => id).filter((id) => !waiting.has(id)));
    for (const [index, id] of changes.runs.id.entries())
      this.#ownVersions.set(id, changes.runs.version[index]!);
    const kept = new Set(keptRunIds);
    const problems = letter.runs.flatMap(({ id, verdict }): VerdictResult[] => {
      const row = this.#store.row(id);
      // Sent twice because an answer was lost: then the verdict is back.
      if (row === undefined || !kept.has(id) || row.verdict === verdict) return [];
      const { verdictBy, verdictAt, version } = row;
      const known = { verdict: row.verdict, verdictBy, verdictAt, version };
      return [{ runId: id, outcome: 'conflict', ...known, previousVerdict: row.verdict }];
    });
    if (problems.length === 0) return;
    const nameOf = (id: number) => this.#store.row(id)?.name ?? `run ${id}`;
    const told = words.notApplied(letter, letter.runs.length, problems, nameOf, this.#people());
    this.#around.notify({ tone: 'problem', words: told, actions: [] });
  }

  #settle(letter: RunsLetter, results: readonly VerdictResult[]): void {
    for (const result of results) {
      if (result.outcome === 'changed' || result.outcome === 'unchanged')
        this.#ownVersions.set(result.runId, result.version);
      if (result.outcome === 'changed' && result.verdictBy !== null) this.#me = result.verdictBy;
    }
    const found = results.filter((result) => result.outcome !== 'not_found');
    this.#store.settle(
      found.map((result) => ({
        id: result.runId,
        verdict: result.verdict,
        by: result.verdictBy,
        at: result.verdictAt,
        version: result.version,
        note: result.outcome === 'changed' ? letter.note : undefined,
        approvedBy: result.approvedBy,
      })),
      this.#outbox.runIds(),
    );
    const lost = results.filter((result) => result.outcome === 'not_found').map((result) => result.runId);
    this.#store.takeBack(lost);
    const answers = new Map(results.map((result) => [result.runId, result]));
    this.#undo.change(letter.operationId, (entry) => {
      if (entry.kind !== 'runs') return entry;
      const runs = entry.runs.flatMap(([id, previous]): typeof entry.runs => {
        const answer = answers.get(id);
        if (answer === undefined || answer.outcome !== 'changed') return [];
        return [[id, answer.previousVerdict ?? previous]];
      });
      return runs.length === 0 ? null : { ...entry, runs };
    });
    const nameOf = (id: number) => this.#store.row(id)?.name ?? `run ${id}`;
    const notice = notices.answered(letter, results, nameOf, this.#people(), ({ runId, version }) =>
      this.judge([runId], letter.verdict ?? 'none', { seen: version }),
    );
    if (notice !== null) this.#around.notify(notice);
  }

  #refused(letter: Letter, problem: AppError): void {
    if (letter.kind === 'runs') {
      this.#showWhatWaits(letter.runs.map((run) => run.id));
    }
    if (letter.kind === 'pages')
      this.#pages.showWhatWaits(
        letter.pages.map(({ name }) => name),
        this.#me,
      );
    this.#undo.change(letter.operationId, () => null);
    const again: Letter = { ...withoutSeen(letter), operationId: newOperationId() };
    const exceptRejected: Letter = { ...again, ...(letter.kind === 'release' && { exceptRejected: true }) };
    this.#around.notify(
      notices.refused(letter, problem, this.#people(), {
        again: () => this.#postAgain(again),
        exceptRejected: () => this.#postAgain(exceptRejected),
      }),
    );
  }

  #people() {
    return { me: this.#me, actorName: this.#around.actorName, now: this.#around.now };
  }

  #postAgain(letter: Letter): void {
    if (letter.kind === 'pages' && !letter.isUndo) this.#undo.push(this.#pages.undoOf(letter));
    if (letter.kind === 'runs' && !letter.isUndo) {
      this.#undo.push({
        kind: 'runs',
        operationId: letter.operationId,
        verdict: letter.verdict ?? 'none',
        runs: letter.runs.map(({ id }) => [id, this.#store.row(id)?.verdict ?? 'none']),
      });
    }
    this.#post(letter);
  }

  #stateNow(): DecisionsState {
    const { letters } = this.#outbox;
    const decision = letters.find((letter) => letter.kind === 'release');
    return {
      waiting: letters.length,
      retryAt: this.#retryAt,
      canUndo: this.#undo.size > 0,
      releaseDecision: decision?.kind === 'release' ? decision.decision : null,
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
