import type { AppError } from '../../../base/errors.ts';
import type { ReleaseKey } from '../address/addresses.ts';
import { api, type Answer } from '../api/api.ts';
import { toProblem } from '../api/problem.ts';

export type Comment = Answer<'listComments'>['comments'][number];

/** The first comment and what was answered, oldest first. */
export interface Thread {
  first: Comment;
  replies: readonly Comment[];
}

export interface TalkState {
  isLoaded: boolean;
  problem: AppError | null;
  threads: readonly Thread[];
  people: Answer<'listComments'>['people'];
}

/** The comments of a release; read again whenever the release says that they changed. */
export class TalkStore {
  state: TalkState = { isLoaded: false, problem: null, threads: [], people: [] };
  /** What was written and not sent, by the run that it is about; null: the release. */
  readonly drafts = new Map<number | null, string>();
  #key: ReleaseKey;
  /** Version of the comments that are being read or were read last; -1: none. */
  #version = -1;
  #reads = 0;
  #listeners = new Set<() => void>();
  #open = new Map<number, number>();

  constructor(key: ReleaseKey) {
    this.#key = key;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Threads of a run that are not resolved. */
  openIn(runId: number): number {
    return this.#open.get(runId) ?? 0;
  }

  /** @param version of the comments, as the release says; the same one is not read twice */
  async read(version: number): Promise<void> {
    if (version <= this.#version) return;
    this.#version = version;
    await this.reload();
  }

  async reload(): Promise<void> {
    const read = ++this.#reads;
    try {
      const { comments, people } = await api.listComments(this.#key);
      // A later read knows more.
      if (read === this.#reads)
        this.#publish({ isLoaded: true, problem: null, threads: threadsOf(comments), people });
    } catch (error) {
      if (read === this.#reads) this.#publish({ ...this.state, problem: toProblem(error) });
    }
  }

  #publish(state: TalkState): void {
    this.state = state;
    this.#open = new Map();
    for (const { first } of state.threads) {
      if (first.runId !== null && first.resolvedAt === null)
        this.#open.set(first.runId, this.openIn(first.runId) + 1);
    }
    for (const listener of this.#listeners) listener();
  }
}

/** A thread of which nothing is left is not shown. */
function threadsOf(comments: readonly Comment[]): Thread[] {
  const replies = Map.groupBy(comments, ({ replyTo }) => replyTo);
  return comments
    .filter(({ replyTo }) => replyTo === null)
    .map((first) => ({ first, replies: replies.get(first.id) ?? [] }))
    .filter((thread) => [thread.first, ...thread.replies].some(({ deletedAt }) => deletedAt === null));
}
