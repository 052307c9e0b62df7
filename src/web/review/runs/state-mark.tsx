import type { ReleaseStatus } from '../../../domain/model.ts';
import { Icon } from '../../kit/icon.tsx';
import { releaseStateIcons, releaseStateWords, runStateIcons, runStateWords } from './run-states.ts';
import '../../kit/states.css';
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

/** Icon and word of a release's state. */
export function ReleaseMark({ status }: { status: ReleaseStatus }) {
  return (
    <span className="state-mark" data-state={status}>
      <Icon name={releaseStateIcons[status]} size={12} />
      {releaseStateWords[status]}
    </span>
  );
}
