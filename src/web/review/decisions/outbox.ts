import type { MissingVerdict } from '../../../domain/baselines/choose-baseline.ts';
import type { Verdict } from '../../../domain/runs/verdict.ts';
import type { ReleaseDecision } from './port.ts';
import { readList, writeList } from './undo-stack.ts';

export interface RunsLetter {
  kind: 'runs';
  operationId: string;
  isUndo: boolean;
  /** The operation to undo; `runs` then have the verdicts that are expected back. */
  undoes?: string;
  /** That operation is a decision on a change: its runs are not listed. */
  isOfChange?: true;
  verdict: Verdict | null;
  /** The reason, if given. */
  note?: string;
  at: number;
  runs: { id: number; verdict: Verdict; seen: number | null }[];
}

export interface ReleaseLetter {
  kind: 'release';
  operationId: string;
  isUndo: boolean;
  decision: ReleaseDecision;
  /** With good: accepts that runs are rejected; their pages keep their previous baseline. */
  exceptRejected?: true;
  seen: number | null;
  at: number;
}

/** What is said about missing pages. */
export interface PagesLetter {
  kind: 'pages';
  operationId: string;
  isUndo: boolean;
  at: number;
  /** `seen`: the verdict that was on screen; absent: not checked. */
  pages: { name: string; verdict: MissingVerdict; seen?: MissingVerdict }[];
}

/** A decision in transit to the server. */
export type Letter = RunsLetter | ReleaseLetter | PagesLetter;

type Kept = Pick<Storage, 'getItem' | 'setItem'>;

/** Decisions in the order they were made. They survive a reload. */
export class Outbox {
  #key: string;
  #storage: Kept;
  #letters: Letter[];
  /** Letters that may already have reached the server. */
  #posted = new Set<string>();

  constructor(key: string, storage: Kept) {
    this.#key = key;
    this.#storage = storage;
    this.#letters = readList<Letter>(storage, key);
    for (const letter of this.#letters) this.#posted.add(letter.operationId);
  }

  get letters(): readonly Letter[] {
    return this.#letters;
  }

  get first(): Letter | undefined {
    return this.#letters[0];
  }

  add(letter: Letter): void {
    this.#letters.push(letter);
    this.#keep();
  }

  markPosted(letter: Letter): void {
    this.#posted.add(letter.operationId);
  }

  /** Removes a letter. */
  remove(operationId: string): void {
    this.#letters = this.#letters.filter((letter) => letter.operationId !== operationId);
    this.#posted.delete(operationId);
    this.#keep();
  }

  /** Withdraws a letter. @returns whether it was never sent */
  recall(operationId: string): boolean {
    const isHere = this.#letters.some((letter) => letter.operationId === operationId);
    if (!isHere || this.#posted.has(operationId)) return false;
    this.remove(operationId);
    return true;
  }

  /** The last waiting verdict for a run. */
  lastVerdict(id: number): { verdict: Verdict; at: number } | null {
    for (const letter of this.#letters.toReversed()) {
      if (letter.kind !== 'runs') continue;
      const run = letter.runs.find((each) => each.id === id);
      if (run !== undefined) return { verdict: run.verdict, at: letter.at };
    }
    return null;
  }

  /** Ids of all runs with waiting decisions. */
  runIds(): Set<number> {
    return new Set(
      this.#letters.flatMap((letter) => (letter.kind === 'runs' ? letter.runs.map((run) => run.id) : [])),
    );
  }

  /** The last waiting verdict for a missing page. */
  lastPageVerdict(name: string): { verdict: MissingVerdict; at: number } | null {
    for (const letter of this.#letters.toReversed()) {
      if (letter.kind !== 'pages') continue;
      const page = letter.pages.find((each) => each.name === name);
      if (page !== undefined) return { verdict: page.verdict, at: letter.at };
    }
    return null;
  }

  /** Names of all missing pages with waiting decisions. */
  pageNames(): Set<string> {
    return new Set(
      this.#letters.flatMap((letter) =>
        letter.kind === 'pages' ? letter.pages.map(({ name }) => name) : [],
      ),
    );
  }

  #keep(): void {
    writeList(this.#storage, this.#key, this.#letters);
  }
}
