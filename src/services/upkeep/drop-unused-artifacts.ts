import type { DroppedArtifacts } from '../../ports/store/artifact-uses.ts';
import type { Deps } from '../deps.ts';
import { completeArtifactUses } from './complete-artifact-uses.ts';

/** Artifacts checked per transaction, so that no other request waits long. */
const batch = 400;

/**
 * Deletes the rows of artifacts that no run has used for a day: of an upload that was never reported, or of deleted runs. Their files
 * are then orphans, which the daily sweep moves to the trash.
 *
 * Works in short transactions until nothing is due; several servers may do it at the same time.
 */
export async function dropUnusedArtifacts(
  deps: Pick<Deps, 'store' | 'clock' | 'logger'>,
  signal?: AbortSignal,
): Promise<DroppedArtifacts> {
  const total: DroppedArtifacts = { checked: 0, disowned: 0, artifacts: 0, bytes: 0 };
  if (!(await completeArtifactUses(deps, signal))) return total;
  while (signal?.aborted !== true) {
    const now = deps.clock.now();
    const some = await deps.store.transaction((tx) => tx.artifactUses.dropUnused(now, batch));
    total.checked += some.checked;
    total.disowned += some.disowned;
    total.artifacts += some.artifacts;
    total.bytes += some.bytes;
    if (some.checked === 0) break;
  }
  if (total.artifacts > 0) {
    const { artifacts, bytes } = total;
    deps.logger.info('Artifacts that no run uses were dropped; the sweep removes their files.', {
      artifacts,
      bytes,
    });
  }
  return total;
}
