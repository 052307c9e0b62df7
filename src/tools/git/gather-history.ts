import { isWholeHash } from './commit-hash.ts';
import type { GitStory, HistoryEntry } from './git-story.ts';
import { maxHistory, maxOwn, type Commit, type Deadline, type GitView } from './git-view.ts';
import { handedConfig, type ConfigEntry } from './handed-config.ts';
import type { Clone } from './open-clone.ts';
import { Scratch, scratchBase } from './scratch.ts';

export interface HistoryPlace {
  clone: Clone;
  config: readonly ConfigEntry[];
  /** Name of the remote in the clone; null without one. */
  remote: string | null;
  env: NodeJS.ProcessEnv;
  deadline: Deadline;
}

export interface HistoryPlan {
  /** Full hash of the built commit. */
  built: string;
  /** Null if the clone does not have it. */
  builtCommit: Commit | null;
  /** The newest commit of the branch. */
  head: string;
  /** Where the history starts, if already known. */
  start: string | null;
  /** The branch is the one that others start from: its history is its earlier commits. */
  isOnMain: boolean;
  /** The built code is `built` with changes. */
  isDirty: boolean;
  /** Where the user wants the history to start. */
  baseline: { commit: string | null; branch: string | null };
  base: string | null;
  /** Refs of the remote that are likely to have the commits. */
  refs: readonly string[];
}

export interface ToldHistory extends Pick<GitStory, 'history' | 'own' | 'author' | 'tree'> {
  note: string;
  /** Why it is incomplete, in a few words; null if it is complete. */
  why: string | null;
}

interface Missing {
  /** Why there is no history, in a few words. */
  missing: string;
  /** No other source can have more. */
  isFinal: boolean;
}

type Walk = Pick<GitStory, 'history' | 'own'> | Missing;

/** Uses the clone if it has everything; else fetches commits beside it; else uses what the clone has. */
export async function gatherHistory(plan: HistoryPlan, place: HistoryPlace): Promise<ToldHistory> {
  const { clone } = place;
  const local = new Walker(clone.view, plan, { scratch: null, remote: place.remote, clone });
  if (!clone.isShallow) {
    const walk = await local.walk();
    if (!('missing' in walk)) return told(walk, await local.origin(), 'full', null);
    if (walk.isFinal) return told(nothing, await local.origin(), `none: ${walk.missing}`, walk.missing);
  }
  const fetched = await fetchBeside(plan, place);
  if (!('missing' in fetched)) return fetched;
  const kind = clone.isShallow ? 'shallow' : 'none';
  const rest = fetched.isFinal ? nothing : await local.whatThereIs();
  return told(rest, await local.origin(), `${kind}: ${fetched.missing}`, fetched.missing);
}

const nothing = { history: [], own: [] };

function told(
  { history, own }: Pick<GitStory, 'history' | 'own'>,
  origin: Pick<GitStory, 'author' | 'tree'>,
  note: string,
  why: string | null,
): ToldHistory {
  return { history, own, ...origin, note, why };
}

async function fetchBeside(plan: HistoryPlan, place: HistoryPlace): Promise<ToldHistory | Missing> {
  const { clone, config, remote, env, deadline } = place;
  const handed = remote === null ? null : handedConfig(config, remote);
  if (handed === null) return { missing: 'there is no remote to fetch from', isFinal: false };
  const sha256 = clone.head.length === 64;
  const scratch = await Scratch.make({ cwd: clone.topLevel, env, config: handed, sha256 }, deadline);
  if (scratch === null) return { missing: 'no temporary repository could be made', isFinal: false };
  try {
    const problem = await scratch.fetch(wantedBy(plan));
    if (problem !== null) return { missing: problem, isFinal: false };
    const walker = new Walker(scratch.view, plan, { scratch, remote: null, clone });
    const walk = await walker.walk();
    return 'missing' in walk ? walk : told(walk, await walker.origin(), 'fetched', null);
  } finally {
    await scratch.remove();
  }
}

function wantedBy({ head, start, isOnMain, baseline, base, refs }: HistoryPlan) {
  const begin = baseline.commit ?? start;
  const commits = [...new Set([head, ...(begin !== null && isWholeHash(begin) ? [begin] : [])])];
  const needsBase = begin === null && !isOnMain;
  const from = baseline.branch ?? (needsBase ? base : null);
  return { commits, refs, base: from === null ? null : `refs/heads/${from}` };
}

/** Walks through one repository. */
class Walker {
  readonly #view: GitView;
  readonly #plan: HistoryPlan;
  readonly #around: { scratch: Scratch | null; remote: string | null; clone: Clone };

  constructor(
    view: GitView,
    plan: HistoryPlan,
    around: { scratch: Scratch | null; remote: string | null; clone: Clone },
  ) {
    this.#view = view;
    this.#plan = plan;
    this.#around = around;
  }

  async walk(): Promise<Walk> {
    const { built, head } = this.#plan;
    const start = await this.#start();
    if (start === null) return { history: [], own: [built] };
    if (typeof start !== 'string') return start;
    const begin = await this.#located(start);
    const tip = await this.#located(head);
    if (begin === null) return { missing: `commit ${start.slice(0, 8)} was not found`, isFinal: false };
    const walked = await this.#view.firstParents(begin.commit, maxHistory - begin.before.length);
    if (walked === null) return { missing: 'the history could not be read', isFinal: false };
    const own = tip === null ? [] : await this.#view.between(begin.commit, tip.commit);
    const before = new Set(begin.before.map(({ commit }) => commit));
    return {
      history: [...begin.before, ...walked].slice(0, maxHistory),
      own: [...(tip?.before.map(({ commit }) => commit) ?? []), ...(own ?? [])]
        .filter((commit) => !before.has(commit))
        .slice(0, maxOwn),
    };
  }

  /** What an incomplete clone can provide. The first commit is known even at depth 1. */
  async whatThereIs(): Promise<Pick<GitStory, 'history' | 'own'>> {
    const start = await this.#start();
    if (start === null || typeof start !== 'string') return nothing;
    const history = (await this.#view.firstParents(start)) ?? [{ commit: start }];
    const own = (await this.#view.between(start, this.#plan.head)) ?? [this.#plan.head];
    return { history, own };
  }

  async origin(): Promise<Pick<GitStory, 'author' | 'tree'>> {
    const { built, head } = this.#plan;
    const { clone } = this.#around;
    const find = async (hash: string) => (await this.#view.commit(hash)) ?? (await clone.view.commit(hash));
    const tree = (await find(built))?.tree ?? null;
    return { tree, author: (await find(head))?.author ?? null };
  }

  /** Null before the first commit. */
  async #start(): Promise<string | null | Missing> {
    const { built, builtCommit, start, isOnMain, isDirty, baseline, base } = this.#plan;
    if (baseline.commit !== null) {
      const found = (await this.#view.resolve(baseline.commit)) ?? baseline.commit;
      return isWholeHash(found) ? found : { missing: 'there is no such commit', isFinal: false };
    }
    if (baseline.branch !== null) {
      return (await this.#tipOf(baseline.branch)) ?? { missing: 'there is no such branch', isFinal: false };
    }
    if (start !== null) return start;
    // A branch without a known start follows itself.
    if (isOnMain || base === null) {
      if (isDirty) return built;
      return (builtCommit ?? (await this.#view.commit(built)))?.parents[0] ?? null;
    }
    return this.#branchPoint(base);
  }

  async #branchPoint(base: string): Promise<string | Missing> {
    const tip = await this.#tipOf(base);
    if (tip === null) return { missing: `branch ${JSON.stringify(base)} was not found`, isFinal: false };
    const head = await this.#located(this.#plan.head);
    if (head === null)
      return { missing: 'the remote does not have the commits of this branch', isFinal: false };
    let found = await this.#view.mergeBase(head.commit, tip);
    const { scratch } = this.#around;
    if (!found && scratch !== null && (await scratch.deepen())) {
      found = await this.#view.mergeBase(head.commit, tip);
    }
    if (found) return found;
    const isWhole = found === undefined && !(await this.#view.isShallow());
    return isWhole
      ? { missing: `this branch and ${JSON.stringify(base)} have no commit in common`, isFinal: true }
      : {
          missing: `the commit where this branch left ${JSON.stringify(base)} was not found`,
          isFinal: false,
        };
  }

  async #tipOf(branch: string): Promise<string | null> {
    const { scratch, remote } = this.#around;
    if (scratch !== null) return this.#view.resolve(scratchBase);
    const ofRemote = remote === null ? null : await this.#view.resolve(`refs/remotes/${remote}/${branch}`);
    return ofRemote ?? this.#view.resolve(`refs/heads/${branch}`);
  }

  /** The commit here; or the newest earlier one that is here, and the ones between, which only the clone has. */
  async #located(hash: string): Promise<{ commit: string; before: HistoryEntry[] } | null> {
    if ((await this.#view.present([hash])).length > 0) return { commit: hash, before: [] };
    const { scratch, clone } = this.#around;
    if (scratch === null) return null;
    const local = (await clone.view.firstParents(hash)) ?? [];
    const [commit] = await this.#view.present(local.map((entry) => entry.commit));
    if (commit === undefined) return null;
    return {
      commit,
      before: local.slice(
        0,
        local.findIndex((entry) => entry.commit === commit),
      ),
    };
  }
}
