import type { LocalTestState } from '../../contract/local-report.ts';
import { Icon } from '../kit/icon.tsx';
import { stateIcons, stateWords } from './words.ts';

/** Icon and word of a state, softly filled. */
export function StateMark({ state, quiet = false }: { state: LocalTestState; quiet?: boolean }) {
  return (
    <span className={quiet ? 'state quiet' : 'state'} data-state={state}>
      <Icon name={stateIcons[state]} size={12} />
      {stateWords[state]}
    </span>
  );
}
