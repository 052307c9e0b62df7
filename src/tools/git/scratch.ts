import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isWholeHash } from './commit-hash.ts';
import { scratchEnvironment } from './git-environment.ts';
import { GitView, type Deadline } from './git-view.ts';
import type { ConfigEntry } from './handed-config.ts';

/** Commits that are fetched from each tip, at first and where the branch point lies deeper. */
const depths = [1_000, 20_000] as const;
/** The same where the server sends every file with them. */
const depthWithFiles = 200;

export interface Wanted {
  /** Commits, by their whole hashes. */
  commits: readonly string[];
  /** Where the commits are likely to be found if the server gives no bare hash: `refs/heads/main`. */
  refs: readonly string[];
  /** The ref that the branch began from, `refs/heads/main` or `HEAD`; fetched as `refs/dpxdt/base`. */
  base: string | null;
}

export const scratchBase = 'refs/dpxdt/base';

/**
 * A bare repository in the temporary folder that commits alone are fetched into. The user's clone is never written to:
 * fetching there would change its settings, and parallel jobs would collide on its locks.
 */
export class Scratch {
  readonly view: GitView;
  readonly #folder: string;
  readonly #sha256: boolean;
  #withoutFiles = true;
  #refspecs: readonly string[] = [];

  private constructor(folder: string, view: GitView, sha256: boolean) {
    this.#folder = folder;
    this.view = view;
    this.#sha256 = sha256;
  }

  /**
   * @param cwd where relative addresses of remotes start
   * @param config what {@link handedConfig} gives
   * @returns null where it could not be made
   */
  static async make({ cwd, env, config, sha256 }: ScratchPlace, deadline: Deadline): Promise<Scratch | null> {
    let folder: string;
    try {
      folder = await mkdtemp(join(tmpdir(), 'dpxdt-git-'));
    } catch {
      return null;
    }
    const place = { cwd, env: scratchEnvironment(env, config), gitDir: folder };
    const scratch = new Scratch(folder, new GitView(place, deadline), sha256);
    try {
      if (await scratch.#init()) return scratch;
    } catch (error) {
      await scratch.remove();
      throw error;
    }
    await scratch.remove();
    return null;
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }

  async #init(): Promise<boolean> {
    const format = this.#sha256 ? ['--object-format=sha256'] : [];
    const { status } = await this.view.call(['init', '--quiet', '--bare', '--template=', ...format]);
    return status === 0;
  }

  /** Brings the commits, with what came before them. @returns why not, in a few words; null when it worked */
  async fetch(wanted: Wanted): Promise<string | null> {
    if (![...wanted.refs, wanted.base ?? 'HEAD'].every(isRefName)) {
      return this.fetch({ ...wanted, refs: wanted.refs.filter(isRefName), base: null });
    }
    const bare = [
      ...wanted.commits.filter(isWholeHash).map((hash, index) => `+${hash}:refs/dpxdt/wanted-${index}`),
      ...(wanted.base === null ? [] : [`+${wanted.base}:${scratchBase}`]),
    ];
    const problem = await this.#fetch(bare);
    if (problem === null || !isAboutRefs.test(problem)) return problem;
    return this.#fetchByRefs(wanted);
  }

  /** Further back, where the server sends commits alone. @returns whether there is more now */
  async deepen(): Promise<boolean> {
    if (!this.#withoutFiles || !(await this.view.isShallow())) return false;
    return (await this.#fetchOnce(this.#refspecs, depths[1])).problem === null;
  }

  /** The branch that HEAD of the remote stands for. */
  async defaultBranch(): Promise<string | null> {
    const text = await this.view.read(['ls-remote', '--symref', 'dpxdt', 'HEAD']);
    return /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(text ?? '')?.[1] ?? null;
  }

  async #fetchByRefs(wanted: Wanted): Promise<string | null> {
    const asked = [...new Set([...wanted.refs, ...(wanted.base === null ? [] : [wanted.base])])];
    const listed = await this.view.call(['ls-remote', 'dpxdt', ...asked]);
    if (listed.status !== 0) return shortened(listed.stderr, listed.problem);
    const there = new Set(listed.stdout.split('\n').map((line) => line.split('\t')[1]));
    const refspecs = asked
      .filter((ref) => there.has(ref))
      .map((ref, index) => `+${ref}:${ref === wanted.base ? scratchBase : `refs/dpxdt/ref-${index}`}`);
    return refspecs.length === 0
      ? 'the remote has neither the commits nor the branches'
      : this.#fetch(refspecs);
  }

  async #fetch(refspecs: readonly string[]): Promise<string | null> {
    if (refspecs.length === 0) return 'there is nothing to ask for';
    this.#refspecs = refspecs;
    if (this.#withoutFiles) {
      const { problem, isUnfiltered } = await this.#fetchOnce(refspecs, depths[0]);
      if (!isUnfiltered) return problem;
      // A server that cannot leave files out would send them all: less of it, then.
      this.#withoutFiles = false;
      // The fetch that was ended may not have had the time to take its lock away.
      await rm(join(this.#folder, 'shallow.lock'), { force: true });
    }
    return (await this.#fetchOnce(refspecs, depthWithFiles)).problem;
  }

  async #fetchOnce(
    refspecs: readonly string[],
    depth: number,
  ): Promise<{ problem: string | null; isUnfiltered: boolean }> {
    const { status, stderr, problem } = await this.view.call(
      [
        '-c',
        'gc.auto=0',
        '-c',
        'maintenance.auto=false',
        'fetch',
        '--quiet',
        '--no-tags',
        '--no-recurse-submodules',
        `--depth=${depth}`,
        this.#withoutFiles ? '--filter=tree:0' : '--no-filter',
        'dpxdt',
        ...refspecs,
      ],
      this.#withoutFiles ? { endAt: notFiltering } : {},
    );
    if (this.#withoutFiles && notFiltering.test(stderr)) return { problem: null, isUnfiltered: true };
    return { problem: status === 0 ? null : shortened(stderr, problem), isUnfiltered: false };
  }
}

export interface ScratchPlace {
  cwd: string;
  env: NodeJS.ProcessEnv;
  config: readonly ConfigEntry[];
  sha256: boolean;
}

/** What git takes as a name; a colon or a star would make another refspec of it. */
function isRefName(ref: string): boolean {
  return /^[^\s:*?[\\^~\u0000-\u001f\u007f]+$/.test(ref) && !ref.includes('..');
}

const notFiltering = /filtering not recognized by server/;
/** The server was reached and does not give what was asked for by its hash or name. */
const isAboutRefs = /unadvertised object|not our ref|couldn't find remote ref|could not find remote ref/i;

/** The first complaint of git's, without addresses: they may hold credentials. */
function shortened(stderr: string, problem: string | null): string {
  if (problem === 'timeout') return 'it took too long';
  if (problem === 'missing') return 'git could not be started';
  const lines = stderr.split('\n');
  const line = lines.find((text) => text.startsWith('fatal:')) ?? lines[0]!;
  const clean = line
    .replace(/^(fatal|error|remote): */i, '')
    .replace(/'?\b[a-z+]+:\/\/[^\s']+'?/gi, 'the remote')
    .replaceAll("'dpxdt'", 'the remote')
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
    .trim();
  return clean === '' ? 'git fetch failed' : clean.slice(0, 200);
}
