import type { HistoryPlace } from './gather-history.ts';
import { handedConfig } from './handed-config.ts';
import { Scratch } from './scratch.ts';

/** What a main branch is called where nobody says it. */
const usualNames = ['main', 'master', 'trunk'];

/**
 * The branch that others begin from: what was said; else what the remote's HEAD stands for, as the clone remembers it or
 * the remote says; else the one with a usual name. Null where none is found.
 */
export async function findBase(
  place: HistoryPlace,
  { said, branch }: { said: string | null; branch: string | null },
): Promise<string | null> {
  if (said !== null) return said;
  const { clone, remote } = place;
  if (remote !== null) {
    const head = (await clone.view.read(['symbolic-ref', '--quiet', `refs/remotes/${remote}/HEAD`]))?.trim();
    const prefix = `refs/remotes/${remote}/`;
    if (head?.startsWith(prefix)) return head.slice(prefix.length);
  }
  if (!clone.isShallow) {
    for (const name of usualNames) {
      if (remote !== null && (await clone.view.resolve(`refs/remotes/${remote}/${name}`))) return name;
    }
    for (const name of usualNames) {
      if (await clone.view.resolve(`refs/heads/${name}`)) return name;
    }
  }
  if (branch !== null && usualNames.includes(branch)) return branch;
  return askRemote(place);
}

async function askRemote({ clone, config, remote, env, deadline }: HistoryPlace): Promise<string | null> {
  const handed = remote === null ? null : handedConfig(config, remote);
  if (handed === null) return null;
  const scratch = await Scratch.make({ cwd: clone.topLevel, env, config: handed, sha256: false }, deadline);
  if (scratch === null) return null;
  try {
    return await scratch.defaultBranch();
  } finally {
    await scratch.remove();
  }
}

/** Whether the branch is the one that others begin from. */
export function isOnMain(branch: string | null, base: string | null): boolean {
  return branch !== null && (base === null ? usualNames.includes(branch) : branch === base);
}
