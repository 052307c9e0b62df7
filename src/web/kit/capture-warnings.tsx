import { countWarnings, type ReportedWarning } from '../../domain/capture/capture-warning.ts';
import { Icon } from './icon.tsx';
import './capture-warnings.css';

interface CaptureWarningsProps {
  /** Label of the capture; empty if there is only one. */
  of: '' | 'Baseline';
  warnings: readonly ReportedWarning[];
}

/** As many are read at a glance; more are folded away. */
const shownOpen = 3;

/** What may not be as meant in a screenshot. Renders nothing without a warning. */
export function CaptureWarnings({ of, warnings }: CaptureWarningsProps) {
  if (warnings.length === 0) return null;
  return (
    <details className="capture-warnings" open={warnings.length <= shownOpen}>
      <summary>
        <Icon name="warning" size={14} />
        <span>
          {of === '' ? '' : `${of}: `}
          {countWarnings(warnings.length)}
        </span>
      </summary>
      {/* Focusable, because it may scroll. */}
      <ul tabIndex={0} aria-label="Warnings">
        {warnings.map(({ code, sentence }) => (
          <li key={`${code} ${sentence}`}>
            {sentence} <code>{code}</code>
          </li>
        ))}
      </ul>
    </details>
  );
}
