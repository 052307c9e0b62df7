import { followsGit } from '../../domain/baselines/placed-release.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Transaction } from '../../ports/store.ts';
import { countsByRelease, noCounts } from '../releases/counts-by-release.ts';
import { conclude } from '../releases/describe-release.ts';

const server = { kind: 'local' } as const;

/**
 * Whether a release about to be in review is good for a forge, where a connection of its build asks for it: something was
 * compared, and nothing is left to decide. Releases that follow git have a stricter rule.
 */
export async function isGoodForForge(tx: Transaction, release: Release): Promise<boolean> {
  const connections = await tx.forgeConnections.ofBuild(release.buildId);
  if (!connections.some(({ marksGood }) => marksGood)) return false;
  const build = await tx.builds.find(release.buildId);
  if (build === null || followsGit(release.git, build.baselineSettings)) return false;
  const counts = (await countsByRelease(tx, [release.id])).get(release.id) ?? noCounts();
  const reviewed = { ...release, status: 'reviewing' as const };
  return counts.waiting === 0 && conclude(server, build, reviewed, counts).conclusion === 'success';
}
