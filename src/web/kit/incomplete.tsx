import { countParts, type IncompletePart } from '../../domain/capture/capture.ts';
import { CaptureNotice } from './capture-notice.tsx';

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
    <CaptureNotice
      kind="incomplete"
      of={of}
      title={`${countParts(count)} did not load`}
      isOpen={false}
      label="What did not load"
    >
      {parts.map(({ url, why }) => (
        <li key={url}>
          <code>{url}</code> <span>{why}</span>
        </li>
      ))}
      {more > 0 && <li>… and {more.toLocaleString('en-US')} more</li>}
    </CaptureNotice>
  );
}
