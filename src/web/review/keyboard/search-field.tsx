import { useRef } from 'react';
import { Icon } from '../../kit/icon.tsx';
import { useShortcuts } from './registry.ts';

/** A filter over a list; `/` goes there, Esc clears it. */
export function SearchField({
  value,
  label,
  onChange,
}: {
  value: string;
  label: string;
  onChange: (text: string) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  useShortcuts('Move', [{ keys: ['/'], does: label.toLowerCase(), run: () => input.current?.select() }]);
  return (
    <label className="search">
      <Icon name="search" size={14} />
      <input
        ref={input}
        type="search"
        aria-label={label}
        aria-keyshortcuts="/"
        placeholder={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          if (value === '') event.currentTarget.blur();
          else onChange('');
        }}
      />
      {value === '' && <kbd aria-hidden="true">/</kbd>}
    </label>
  );
}
