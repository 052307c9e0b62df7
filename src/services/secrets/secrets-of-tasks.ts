import type { CaptureConfig } from '../../domain/capture/capture-config.ts';
import { missingSecrets } from '../../domain/capture/secrets.ts';
import { isFromFork } from '../../domain/forges/delivery-target.ts';
import type { Task } from '../../domain/tasks/task.ts';
import { captureQueue, type CapturePayload } from '../../domain/tasks/tasks.ts';
import type { BuildSecret } from '../../domain/capture/build-secrets.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { openedText } from './sealed-text.ts';

export interface OpenedSecret {
  name: string;
  value: string;
  origins: readonly string[];
}

/** What a worker gets with a task; `fork`: the release is from a fork and gets none. */
export type TaskSecrets = readonly OpenedSecret[] | 'fork';

/**
 * The secrets that leased captures need, by task: only those that a config names. They are opened here, at the last
 * moment, and are in no payload.
 */
export async function secretsOfTasks(
  deps: Deps,
  tx: Transaction,
  tasks: readonly Task[],
): Promise<Map<string, TaskSecrets>> {
  const found = new Map<string, TaskSecrets>();
  const builds = new Map<number, BuildSecret[]>();
  for (const task of tasks) {
    if (task.queue !== captureQueue || task.runId === null || task.releaseId === null) continue;
    const { build_id: buildId, config_sha1sum: sha1 } = JSON.parse(task.payload) as CapturePayload;
    const kept = builds.get(buildId) ?? (await tx.buildSecrets.ofBuild(buildId));
    builds.set(buildId, kept);
    if (kept.length === 0) continue;
    const names = await namesIn(deps, tx, buildId, sha1);
    if (names.length === 0) continue;
    const [release] = await tx.releases.findMany([task.releaseId]);
    if (release === undefined) continue;
    const needed = kept.filter(({ name }) => names.includes(name));
    if (isFromFork(release)) found.set(task.id, 'fork');
    else if (needed.length > 0)
      found.set(
        task.id,
        needed.map((secret) => opened(deps, secret)),
      );
  }
  return found;
}

/** The names of the secrets that a stored config needs and does not bring. */
async function namesIn(
  { vault }: Deps,
  tx: Transaction,
  buildId: number,
  sha1: string,
): Promise<readonly string[]> {
  const content = (await tx.artifacts.findOwned(buildId, sha1))?.artifact.content ?? null;
  if (content === null) return [];
  return missingSecrets(JSON.parse(openedText(vault, content)) as CaptureConfig);
}

function opened({ vault }: Deps, { name, value, origins }: BuildSecret): OpenedSecret {
  return { name, value: openedText(vault, value), origins };
}
