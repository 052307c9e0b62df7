import { AppError, type Answer, type DepictedClient } from '../client/index.ts';
import { shortestIds, withOthers } from '../domain/changes/change-groups.ts';
import { changeSize, changeTitle } from '../domain/comparison/alignment-heading.ts';
import { nameWords } from '../domain/dom/name-words.ts';
import { inParallel } from './in-parallel.ts';
import type { SharedChange } from './release-outcome.ts';

/** The runs of at most this many changes are asked for. */
const maxShared = 20;
const atOnce = 4;

type Detail = Answer<'describeChange'>;

/**
 * The changes that several runs have which are not approved, the one with the most runs first; at most {@link maxShared}. They
 * are counted by the server, so that releases of thousands of runs need no request for each. An older server knows none.
 */
export async function readSharedChanges(
  client: DepictedClient,
  releaseId: number,
  signal: AbortSignal,
): Promise<SharedChange[]> {
  const list = await listed(client, releaseId, signal);
  const ids = shortestIds(list.map(({ fingerprint }) => fingerprint));
  const asked = list
    .filter(({ runs, decision }) => runs > 1 && decision?.verdict !== 'approved')
    .slice(0, maxShared);
  const found: SharedChange[] = [];
  await inParallel(asked, atOnce, signal, async ({ fingerprint }, laneSignal) => {
    const change = await client.describeChange({ releaseId, fingerprint }, { signal: laneSignal });
    const runs = change.runs.filter(({ verdict }) => verdict !== 'approved').map(({ runName }) => runName);
    if (runs.length > 1) found.push({ id: ids.get(fingerprint)!, words: wordsOf(change), runs });
  });
  return found.sort((a, b) => b.runs.length - a.runs.length || (a.id < b.id ? -1 : 1));
}

async function listed(client: DepictedClient, releaseId: number, signal: AbortSignal) {
  try {
    const { changes } = await client.listChanges({ releaseId }, { signal });
    return changes.toSorted((a, b) => b.runs - a.runs);
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return [];
    throw error;
  }
}

/** The name at its first place, and how many other elements have it; without a name, kind and size. */
function wordsOf({ places }: Detail): string {
  const names = [...new Set(places.flatMap(({ name }) => (name === null ? [] : [nameWords(name)])))];
  const [first] = places;
  if (names.length === 0) return first === undefined ? '' : `${changeTitle(first)}, ${changeSize(first)}`;
  return withOthers(names[0]!, names.length - 1);
}
