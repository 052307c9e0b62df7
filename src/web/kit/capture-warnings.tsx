import { countWarnings, type ReportedWarning } from '../../domain/capture/capture-warning.ts';
import { CaptureNotice } from './capture-notice.tsx';

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
    <CaptureNotice
      kind="capture-warnings"
      of={of}
      title={countWarnings(warnings.length)}
      isOpen={warnings.length <= shownOpen}
      label="Warnings"
    >
      {warnings.map(({ code, sentence }) => (
        <li key={`${code} ${sentence}`}>
          {sentence} <code>{code}</code>
        </li>
      ))}
    </CaptureNotice>
  );
}
