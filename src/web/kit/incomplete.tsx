import { countParts, type IncompletePart } from '../../domain/capture/capture.ts';
import { Icon } from './icon.tsx';
import './incomplete.css';

interface IncompleteProps {
  /** Label of the capture; empty if there is only one. */
  of: '' | 'Baseline';
  parts: readonly IncompletePart[];
  /** Total, including those beyond `parts`. */
  count: number;
}

/** Warns that the captured page lacked resources, and lists them. Renders nothing if all loaded. */
export function Incomplete({ of, parts, count }: IncompleteProps) {
  if (count === 0) return null;
  const more = count - parts.length;
  return (
    <details className="incomplete">
      <summary>
        <Icon name="warning" size={14} />
        <span>
          {of === '' ? '' : `${of}: `}
          {countParts(count)} did not load
        </span>
      </summary>
      {/* Focusable, because it may scroll. */}
      <ul tabIndex={0} aria-label="What did not load">
        {parts.map(({ url, why }) => (
          <li key={url}>
            <code>{url}</code> <span>{why}</span>
          </li>
        ))}
        {more > 0 && <li>… and {more.toLocaleString('en-US')} more</li>}
      </ul>
    </details>
  );
}
