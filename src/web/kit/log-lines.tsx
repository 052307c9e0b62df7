import type { LogLine } from './log-model.ts';
import './log-lines.css';

interface LogLinesProps {
  lines: readonly LogLine[];
  label: string;
  wraps?: boolean;
}

/** Lines of a log, one event each. */
export function LogLines({ lines, label, wraps = true }: LogLinesProps) {
  return (
    <ol className="log-lines" tabIndex={0} aria-label={label} data-wraps={wraps}>
      {lines.map((line, index) => (
        <li key={index} data-kind={line.kind}>
          {line.atMs !== null && (
            <>
              <span className="log-time">{(line.atMs / 1_000).toFixed(3)}</span>
              <span className="log-kind muted">{line.kind}</span>
            </>
          )}
          <span className={line.atMs === null ? 'log-text log-output' : 'log-text'}>{line.text}</span>
        </li>
      ))}
    </ol>
  );
}
