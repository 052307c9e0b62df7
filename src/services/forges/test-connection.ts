import type { Principal } from '../../domain/people/access.ts';
import { ForgeProblem } from '../../ports/forges.ts';
import type { Forges } from '../../ports/forges.ts';
import type { Deps } from '../deps.ts';
import { findConnection } from './find-connection.ts';
import type { ConnectionKey } from './find-connection.ts';
import { accessOf } from './forge-access.ts';
import { restart } from './save-connection.ts';

export interface ConnectionTest {
  /** The repository can be read and no right is known to be missing. */
  works: boolean;
  /** What is wrong, as one sentence; null: nothing. */
  problem: string | null;
  /** Rights that the token lacks, as the forge names them. */
  missing: string[];
  /** What could not be found out without posting. */
  remarks: string[];
}

/**
 * Reads the repository of a connection; posts nothing. If it works, what stopped is sent again.
 */
export async function testConnection(
  deps: Deps,
  forges: Forges,
  principal: Principal,
  key: ConnectionKey,
): Promise<ConnectionTest> {
  const connection = await deps.store.read((tx) => findConnection(tx, principal, key));
  try {
    const { repositoryId, missing, remarks } = await forges.test(accessOf(deps, connection));
    const isOther = connection.repositoryId !== null && connection.repositoryId !== repositoryId;
    const problem = isOther
      ? `Another repository has the name ${connection.repository} now. If it is the right one, enter its name again.`
      : missing.length === 0
        ? null
        : `The token lacks: ${missing.join('; ')}.`;
    if (!isOther) {
      await deps.store.transaction(async (tx) => {
        const current = await tx.forgeConnections.find(connection.id);
        if (current?.updatedAt !== connection.updatedAt) return;
        const known = { ...current, repositoryId };
        if (missing.length === 0) await restart(deps, tx, known);
        else await tx.forgeConnections.update(known);
      });
    }
    return { works: problem === null, problem, missing, remarks };
  } catch (error) {
    if (!(error instanceof ForgeProblem)) throw error;
    return { works: false, problem: error.message, missing: [], remarks: [] };
  }
}
