import type { ReleaseStatus } from '../../../domain/releases/release.ts';
import { StateMark } from '../../kit/state-mark.tsx';
import type { MissingPageState } from './missing-pages.ts';
import {
  missingStateIcons,
  missingStateWords,
  releaseStateIcons,
  releaseStateWords,
  runStateIcons,
  runStateWords,
} from './run-states.ts';
import type { RunState } from './run-row.ts';

/** Icon and word of a run's state. */
export function RunMark({ state }: { state: RunState }) {
  return <StateMark state={state} icon={runStateIcons[state]} word={runStateWords[state]} />;
}

/** Icon and word of what was said about a missing page. */
export function MissingMark({ state }: { state: MissingPageState }) {
  return <StateMark state={state} icon={missingStateIcons[state]} word={missingStateWords[state]} />;
}

/** Icon and word of a release's state. */
export function ReleaseMark({ status }: { status: ReleaseStatus }) {
  return <StateMark state={status} icon={releaseStateIcons[status]} word={releaseStateWords[status]} />;
}
