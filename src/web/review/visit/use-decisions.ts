import { useSyncExternalStore } from 'react';
import type { ReleaseKey } from '../address/addresses.ts';
import { useVisit } from './visit.ts';
import type { DecisionsState } from '../decisions/decision-state.ts';
import type { Decisions } from '../decisions/decisions.ts';

/**
 * The decisions about a release and their state, for any page of it.
 *
 * ```ts
 * const { decisions, state } = useDecisions(key);
 * decisions.judge([run.id], 'approved'); // shown at once, sent in order, toast with Undo
 * decisions.judge([run.id], 'rejected', { seen }); // seen: version of the image that is on screen
 * decisions.judge(decisions.sameChanges(run.id), 'approved'); // `E`
 * const undone = decisions.undo(); // Ctrl+Z: go to undone.runIds[0]
 * decisions.questionBeforeGood() ?? decisions.decideRelease('good');
 * ```
 *
 * The marks themselves are in the store of the visit: `useRow(useVisit(key).store, id)`.
 */
export function useDecisions(key: ReleaseKey): { decisions: Decisions; state: DecisionsState } {
  const { decisions } = useVisit(key);
  const state = useSyncExternalStore(decisions.subscribe, () => decisions.state);
  return { decisions, state };
}
