import { countParts, type IncompletePart } from '../../domain/capture/capture.ts';
import { Icon } from './icon.tsx';
import './incomplete.css';

interface IncompleteProps {
  /** Which capture is meant; empty where there is only one. */
  of: '' | 'Baseline';
  parts: readonly IncompletePart[];
  /** Also those beyond `parts`. */
  count: number;
}

/** Warns that the image was taken of a page that lacked something, and lists what. Nothing where all arrived. */
export function Incomplete({ of, parts, count }: IncompleteProps) {
  if (count === 0) return null;
  const more = count - parts.length;
  return (
    <details className="incomplete">
      <summary>
        <Icon name="warning" size={14} />
        <span>
          {of === '' ? '' : `${of}: `}
          {countParts(count)} did not arrive
        </span>
      </summary>
      {/* Scrolls when it is long, so it can be reached by key. */}
      <ul tabIndex={0} aria-label="What did not arrive">
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
