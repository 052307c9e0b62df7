import './log-lines.css';
import { formatDuration } from './format.ts';
import type { LogLine, LogStage } from './log-model.ts';

/** Lines of a log, one event each. */
export function LogLines({
  lines,
  label,
  wraps = true,
}: {
  lines: readonly LogLine[];
  label: string;
  wraps?: boolean;
}) {
  return (
    <ol className="log-lines" tabIndex={0} aria-label={label} data-wraps={wraps}>
      {lines.map((line, index) => (
        <li key={index} data-kind={line.kind}>
          {line.atMs !== null && (
            <>
              <span className="log-time">{(line.atMs / 1_000).toFixed(3)}</span>
              <span className="log-kind">{line.kind}</span>
            </>
          )}
          <span className={line.atMs === null ? 'log-text log-output' : 'log-text'}>{line.text}</span>
        </li>
      ))}
    </ol>
  );
}

/** How long each part of a capture took, one after the other. */
export function LogStages({ stages }: { stages: readonly LogStage[] }) {
  const end = Math.max(1, ...stages.map(({ startMs, durationMs }) => startMs + durationMs));
  return (
    <ol className="log-stages" aria-label="Stages">
      {stages.map(({ name, startMs, durationMs }, index) => (
        <li key={index}>
          <span className="log-stage-name">{name}</span>
          <span className="log-stage-track" aria-hidden="true">
            <svg width="100%" height="8" preserveAspectRatio="none" viewBox="0 0 1000 8">
              <rect
                x={(startMs / end) * 1_000}
                width={Math.max(4, (durationMs / end) * 1_000)}
                height="8"
                className="log-stage-bar"
              />
            </svg>
          </span>
          <span className="log-stage-time tabular">{formatDuration(durationMs)}</span>
        </li>
      ))}
    </ol>
  );
}
