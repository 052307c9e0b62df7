import type { MissingVerdict } from '../../../domain/baselines/choose-baseline.ts';
import type { Verdict } from '../../../domain/runs/verdict.ts';
import type { ReleaseDecision } from './port.ts';

/** Decisions that can be undone, per release. */
const undoDepth = 50;

export interface RunsUndo {
  kind: 'runs';
  operationId: string;
  verdict: Verdict;
  /** Each run's previous verdict. */
  runs: [id: number, previous: Verdict][];
}

export interface ReleaseUndo {
  kind: 'release';
  operationId: string;
  decision: ReleaseDecision;
  /** The release's version after it; null: not yet answered. */
  version: number | null;
}

export interface PagesUndo {
  kind: 'pages';
  operationId: string;
  /** Each missing page's previous verdict. */
  pages: [name: string, previous: MissingVerdict][];
}

/** A decision on a change, in runs that the server knows. */
export interface ChangeUndo {
  kind: 'change';
  operationId: string;
  fingerprint: string;
}

export type Undoable = RunsUndo | ReleaseUndo | PagesUndo | ChangeUndo;

type Kept = Pick<Storage, 'getItem' | 'setItem'>;

/** This tab's last decisions about one release. They survive a reload. */
export class UndoStack {
  #key: string;
  #storage: Kept;
  #entries: Undoable[];

  constructor(key: string, storage: Kept) {
    this.#key = key;
    this.#storage = storage;
    this.#entries = readList<Undoable>(storage, key);
  }

  get size(): number {
    return this.#entries.length;
  }

  get last(): Undoable | undefined {
    return this.#entries.at(-1);
  }

  push(entry: Undoable): void {
    this.#entries = [...this.#entries.slice(1 - undoDepth), entry];
    this.#keep();
  }

  /** Removes an entry: the named one, or the last. */
  take(operationId?: string): Undoable | undefined {
    const entry =
      operationId === undefined
        ? this.#entries.at(-1)
        : this.#entries.find((each) => each.operationId === operationId);
    if (entry === undefined) return undefined;
    this.#entries = this.#entries.filter((each) => each !== entry);
    this.#keep();
    return entry;
  }

  /** Updates an entry with its answer; null removes it. */
  change(operationId: string, change: (entry: Undoable) => Undoable | null): void {
    this.#entries = this.#entries.flatMap((entry) => {
      if (entry.operationId !== operationId) return [entry];
      const changed = change(entry);
      return changed === null ? [] : [changed];
    });
    this.#keep();
  }

  #keep(): void {
    writeList(this.#storage, this.#key, this.#entries);
  }
}

/** The stored list, or an empty one if it is unreadable. */
export function readList<T>(storage: Pick<Storage, 'getItem'>, key: string): T[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(key) ?? '[]');
    return Array.isArray(kept) ? (kept as T[]) : [];
  } catch {
    return [];
  }
}

/** Stores a list, or its newest part if storage is full. */
export function writeList(storage: Pick<Storage, 'setItem'>, key: string, list: readonly unknown[]): void {
  for (let from = 0; from <= list.length; from += Math.max(1, (list.length - from) >> 1)) {
    try {
      storage.setItem(key, JSON.stringify(list.slice(from)));
      return;
    } catch {
      // Storage is full or blocked: less may fit, and the page works without it.
    }
    if (from === list.length) return;
  }
}
