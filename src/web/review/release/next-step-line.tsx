import type { ReactNode } from 'react';
import { Icon, type IconName } from '../../kit/icon.tsx';

interface NextStepLineProps {
  icon: IconName;
  state?: string;
  children: ReactNode;
  actions?: ReactNode;
}

/** The state of a release in words, and buttons for what comes next. */
export function NextStepLine({ icon, state, children, actions }: NextStepLineProps) {
  return (
    <div className="next-step" data-state={state}>
      <Icon name={icon} size={14} />
      <span className="next-step-words ellipsis">{children}</span>
      {actions}
    </div>
  );
}
