import type { KeyboardEvent, ReactNode, Ref } from 'react';
import { Icon } from './icon.tsx';

interface SearchFieldProps {
  ref?: Ref<HTMLInputElement>;
  value: string;
  label: string;
  /** Placeholder; the label if absent. */
  placeholder?: string;
  /** Tooltip. */
  title?: string;
  onChange: (text: string) => void;
  onKeyDown?: (event: KeyboardEvent<HTMLInputElement>) => void;
  /** Content at the right end. */
  children?: ReactNode;
}

/** A text filter for a list; `/` focuses it. */
export function SearchField(props: SearchFieldProps) {
  const { ref, value, label, placeholder = label, title, onChange, onKeyDown, children } = props;
  return (
    <label className="search line muted">
      <Icon name="search" />
      <input
        ref={ref}
        type="search"
        placeholder={placeholder}
        aria-label={label}
        aria-keyshortcuts="/"
        title={title}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {children}
    </label>
  );
}
