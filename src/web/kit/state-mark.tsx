import { Icon, type IconName } from './icon.tsx';
import './state-mark.css';

/** Icon and word of a state, softly filled. @param state one of those in states.css */
export function StateMark({ state, icon, word }: { state: string; icon: IconName; word: string }) {
  return (
    <span className="state-mark" data-state={state}>
      <Icon name={icon} size={12} />
      {word}
    </span>
  );
}
