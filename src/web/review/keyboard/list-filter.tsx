import { useRef } from 'react';
import { SearchField } from '../../kit/search-field.tsx';
import { useShortcuts } from './registry.ts';

/** A filter over a list; `/` goes there, Esc clears it. */
export function ListFilter({
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
    <SearchField
      ref={input}
      value={value}
      label={label}
      onChange={onChange}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        if (value === '') event.currentTarget.blur();
        else onChange('');
      }}
    >
      {value === '' && <kbd aria-hidden="true">/</kbd>}
    </SearchField>
  );
}
