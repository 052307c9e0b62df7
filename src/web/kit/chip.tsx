import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';
import './chip.css';

interface ChipProps {
  /** State that sets the color; absent for other choices. */
  state?: string | undefined;
  icon?: IconName | undefined;
  /** The count, or `–` while unknown; absent: no count. */
  count?: number | '–' | undefined;
  pressed: boolean;
  disabled?: boolean;
  className?: string;
  /** Tooltip with a longer text. */
  title?: string | undefined;
  onClick: () => void;
  /** The label, shown after the count. */
  children: ReactNode;
}

/** A toggle filter with the number of matches. */
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
