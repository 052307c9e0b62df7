import type { Verdict } from '../../../domain/runs/verdict.ts';
import type { Release } from '../api/shapes.ts';
import type { ReleaseStore } from '../runs/release-store.ts';
import * as notices from './notices.ts';
import type { Letter, Outbox, PagesLetter, ReleaseLetter, RunsLetter } from './outbox.ts';
import { requestsOf, type PagesOnScreen } from './pages-on-screen.ts';
import type { DecisionsPort, DecisionsSurroundings, VerdictResult } from './port.ts';
import type { RunsOnScreen } from './runs-on-screen.ts';
import type { UndoStack } from './undo-stack.ts';
import * as words from './words.ts';

/** Where decisions are shown and kept. */
export interface DecisionPlaces {
  store: ReleaseStore;
  outbox: Outbox;
  undo: UndoStack;
  runs: RunsOnScreen;
  pages: PagesOnScreen;
}

/** What a notice about an answer offers. */
export interface AnswerActions {
  undo: (operationId: string) => void;
  judgeAnyway: (result: VerdictResult, verdict: Verdict) => void;
}

/** Hands decisions to the server, and its answers to the screen. */
export class Delivery {
  #places: DecisionPlaces;
  #port: DecisionsPort;
  #around: DecisionsSurroundings;
  #actions: AnswerActions;
  /** Version that our last decision gave a run; our later decisions build on it. */
  #ownVersions = new Map<number, number>();
  #me: string | null = null;

  constructor(
    places: DecisionPlaces,
    port: DecisionsPort,
    around: DecisionsSurroundings,
    actions: AnswerActions,
  ) {
    this.#places = places;
    this.#port = port;
    this.#around = around;
    this.#actions = actions;
  }

  /** Our actor id, as last recorded by the server. */
  get me(): string | null {
    return this.#me;
  }

  /** For sentences about decisions. */
  get people(): { me: string | null } & Pick<DecisionsSurroundings, 'actorName' | 'now'> {
    return { me: this.#me, actorName: this.#around.actorName, now: this.#around.now };
  }

  /** @throws AppError */
  async deliver(letter: Letter): Promise<void> {
    if (letter.kind === 'release') return this.#decideRelease(letter);
    if (letter.isUndo) await this.#reopenForUndo(letter);
    if (letter.kind === 'pages') return this.#judgePages(letter);
    return letter.undoes === undefined ? this.#judgeRuns(letter) : this.#undoRuns(letter, letter.undoes);
  }

  async #decideRelease(letter: ReleaseLetter): Promise<void> {
    const { store, outbox, undo } = this.#places;
    const { operationId, decision } = letter;
    const { release, baseline } = await this.#port.decideRelease({
      operationId,
      decision,
      ...(letter.seen !== null && { version: letter.seen }),
      ...(letter.exceptRejected === true && { exceptRejected: true }),
    });
    outbox.remove(operationId);
    store.setRelease(release);
    if (letter.isUndo) return;
    undo.push({ kind: 'release', operationId, decision, version: release.version });
    const undoing = decision === 'reopen' ? undefined : () => this.#actions.undo(operationId);
    this.#around.notify(notices.done(words.releaseDecided(letter, release, baseline), undoing));
  }

  /** A release that became good by itself is in review again once a decision that made it so is undone. */
  async #reopenForUndo({ operationId }: Letter): Promise<void> {
    const { store } = this.#places;
    const { release } = store.state;
    if (release?.status !== 'good' || release.decidedBy !== 'server') return;
    const { release: reopened } = await this.#port.decideRelease({
      operationId: `${operationId} reopen`,
      decision: 'reopen',
      version: release.version,
    });
    store.setRelease(reopened);
  }

  async #judgePages(letter: PagesLetter): Promise<void> {
    const { store, outbox, pages } = this.#places;
    let release: Release | undefined;
    for (const request of requestsOf(letter)) ({ release } = await this.#port.judgePages(request));
    outbox.remove(letter.operationId);
    if (release === undefined) return;
    pages.settle(letter, release.version, this.#me);
    store.setRelease(release);
  }

  async #judgeRuns(letter: RunsLetter): Promise<void> {
    const { store, outbox } = this.#places;
    const { release, results } = await this.#port.judgeRuns({
      operationId: letter.operationId,
      runs: letter.runs.map(({ id, verdict, seen }) => {
        const own = this.#ownVersions.get(id);
        const version = seen === null ? own : Math.max(seen, own ?? 0);
        return { runId: id, verdict, ...(version !== undefined && { version }) };
      }),
      ...(letter.note !== undefined && { note: letter.note }),
    });
    outbox.remove(letter.operationId);
    this.#settle(letter, results);
    store.setRelease(release);
  }

  #settle(letter: RunsLetter, results: readonly VerdictResult[]): void {
    for (const result of results) {
      if (result.outcome === 'changed' || result.outcome === 'unchanged')
        this.#ownVersions.set(result.runId, result.version);
      if (result.outcome === 'changed' && result.verdictBy !== null) this.#me = result.verdictBy;
    }
    this.#places.runs.settle(letter, results);
    const answers = new Map(results.map((result) => [result.runId, result]));
    this.#places.undo.change(letter.operationId, (entry) => {
      if (entry.kind !== 'runs') return entry;
      const runs = entry.runs.flatMap(([id, previous]): typeof entry.runs => {
        const answer = answers.get(id);
        if (answer === undefined || answer.outcome !== 'changed') return [];
        return [[id, answer.previousVerdict ?? previous]];
      });
      return runs.length === 0 ? null : { ...entry, runs };
    });
    const notice = notices.answered(letter, results, this.#nameOf, this.people, (result) =>
      this.#actions.judgeAnyway(result, letter.verdict ?? 'none'),
    );
    if (notice !== null) this.#around.notify(notice);
  }

  async #undoRuns(letter: RunsLetter, undoes: string): Promise<void> {
    const { store, outbox } = this.#places;
    const sinceVersion = store.state.release?.version ?? 0;
    const { undone, keptRunIds, changes } = await this.#port.undo({ operationId: undoes, sinceVersion });
    outbox.remove(letter.operationId);
    const waiting = outbox.runIds();
    store.patch(changes);
    store.takeBack(letter.runs.map(({ id }) => id).filter((id) => !waiting.has(id)));
    for (const [index, id] of changes.runs.id.entries())
      this.#ownVersions.set(id, changes.runs.version[index]!);
    if (letter.isOfChange === true) {
      this.#around.notify(notices.done(words.changeUndone(undone, keptRunIds.length)));
      return;
    }
    const kept = new Set(keptRunIds);
    const problems = letter.runs.flatMap(({ id, verdict }): VerdictResult[] => {
      const row = store.row(id);
      // Sent twice because an answer was lost: then the verdict is back.
      if (row === undefined || !kept.has(id) || row.verdict === verdict) return [];
      const { verdictBy, verdictAt, version } = row;
      const known = { verdict: row.verdict, verdictBy, verdictAt, version };
      return [{ runId: id, outcome: 'conflict', ...known, previousVerdict: row.verdict }];
    });
    if (problems.length === 0) return;
    const told = words.notApplied(letter, letter.runs.length, problems, this.#nameOf, this.people);
    this.#around.notify({ tone: 'problem', words: told, actions: [] });
  }

  #nameOf = (id: number): string => this.#places.store.row(id)?.name ?? `run ${id}`;
}
