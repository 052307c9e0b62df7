import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';
import './chip.css';

interface ChipProps {
  /** Colours; absent for a choice that is no state. */
  state?: string | undefined;
  icon?: IconName | undefined;
  /** How many there are, or `–` while it is not known; absent: nothing is counted. */
  count?: number | '–' | undefined;
  pressed: boolean;
  disabled?: boolean;
  className?: string;
  /** More words than there is room for. */
  title?: string | undefined;
  onClick: () => void;
  /** The words; they stand after the count. */
  children: ReactNode;
}

/** A filter that is on or off, with how many it would show. */
export function Chip({
  state,
  icon,
  count,
  pressed,
  disabled,
  className = '',
  title,
  onClick,
  children,
}: ChipProps) {
  return (
    <button
      type="button"
      className={`chip ${className}`}
      data-state={state}
      data-none={count === 0 || undefined}
      aria-pressed={pressed}
      disabled={disabled}
      title={title}
      onClick={onClick}
    >
      {icon !== undefined && <Icon name={icon} size={12} />}
      {count !== undefined && <span className="tabular">{count.toLocaleString('en-US')}</span>}
      <span>{children}</span>
    </button>
  );
}
