import { Icon, type IconName } from './icon.tsx';
import './state-mark.css';

interface StateMarkProps {
  /** A state from states.css. */
  state: string;
  icon?: IconName;
  word: string;
}

/** Icon and word of a state, on a tinted background. */
export function StateMark({ state, icon, word }: StateMarkProps) {
  return (
    <span className="state-mark" data-state={state}>
      {icon !== undefined && <Icon name={icon} size={12} />}
      {word}
    </span>
  );
}
