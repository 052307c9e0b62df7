import { cloneEnvironment } from './git-environment.ts';
import { GitView, type Deadline } from './git-view.ts';
import type { ConfigEntry } from './handed-config.ts';

export interface Clone {
  view: GitView;
  /** Folder that addresses of remotes are relative to. */
  topLevel: string;
  /** Whole hash of what is checked out. */
  head: string;
  isShallow: boolean;
}

export interface NoClone {
  /** In a few words. */
  why: string;
  /** What the person can do; null where nothing is wrong. */
  remedy: string | null;
}

/** The clone around a folder. A folder that belongs to another user is read in CI, where that is how containers work. */
export async function openClone(
  place: { cwd: string; env: NodeJS.ProcessEnv; isInCi: boolean },
  deadline: Deadline,
): Promise<Clone | NoClone> {
  const { cwd, env, isInCi } = place;
  const found = await look(cwd, env, [], deadline);
  if (found.owner === null || !isInCi) return found.result;
  return (await look(cwd, env, [{ key: 'safe.directory', value: found.owner }], deadline)).result;
}

async function look(
  cwd: string,
  env: NodeJS.ProcessEnv,
  config: readonly ConfigEntry[],
  deadline: Deadline,
): Promise<{ result: Clone | NoClone; owner: string | null }> {
  const view = new GitView({ cwd, env: cloneEnvironment(env, config) }, deadline);
  const asked = await view.call(['rev-parse', '--show-toplevel', '--is-shallow-repository']);
  const none = (why: string, remedy: string | null = null) => ({ result: { why, remedy }, owner: null });
  if (asked.problem === 'missing') return none('git is not installed', 'Install git where dpxdt runs.');
  if (asked.problem !== null) return none('git did not answer in time');
  if (asked.status !== 0) {
    const owned = /(?:dubious ownership|unsafe repository)[^']*'([^'\n]+)'/.exec(asked.stderr)?.[1];
    if (owned === undefined) return none('this folder is no work tree of git');
    const remedy = `Run: git config --global --add safe.directory '${owned}'`;
    return { result: { why: 'git refuses a folder that belongs to another user', remedy }, owner: owned };
  }
  const [topLevel = cwd, shallow] = asked.stdout.split('\n');
  const head = await view.resolve('HEAD');
  if (head === null) return none('there is no commit yet');
  return { result: { view, topLevel, head, isShallow: shallow === 'true' }, owner: null };
}

export function isClone(found: Clone | NoClone): found is Clone {
  return 'view' in found;
}
