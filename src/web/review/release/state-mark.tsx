import { Icon } from '../../ui/icons.tsx';
import { runStateIcons, runStateWords } from '../run-states.ts';
import type { RunState } from './run-row.ts';

/** Icon and word of a run's state, softly filled. */
export function StateMark({ state }: { state: RunState }) {
  return (
    <span className="state-mark" data-state={state}>
      <Icon name={runStateIcons[state]} size={12} />
      {runStateWords[state]}
    </span>
  );
}
