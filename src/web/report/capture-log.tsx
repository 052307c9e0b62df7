import { useMemo, useState } from 'react';
import { logKinds, logStages, parseLog, type LogLine } from '../kit/log-model.ts';
import { formatDuration } from '../kit/format.ts';

/** Lines drawn at once; a longer log is cut in the middle of the screen, never in the download. */
const shownLines = 2_000;

/** The story of a capture: stages as bars, then its events, by kind and by text. */
export function CaptureLog({ log, name }: { log: string; name: string }) {
  const [kind, setKind] = useState<string | null>(null);
  const [text, setText] = useState('');
  const lines = useMemo(() => parseLog(log), [log]);
  const kinds = useMemo(() => logKinds(lines), [lines]);
  const stages = useMemo(() => logStages(lines), [lines]);
  if (log.trim() === '') return <p className="muted">No log was kept for this capture.</p>;

  const wanted = text.trim().toLowerCase();
  const found = lines.filter(
    (line) =>
      (kind === null || line.kind === kind) && (wanted === '' || line.text.toLowerCase().includes(wanted)),
  );
  return (
    <div className="log">
      {stages.length > 0 && <Stages stages={stages} />}
      <div className="log-tools">
        <div className="chips" role="group" aria-label="Kinds of events">
          <KindChip label="All" count={lines.length} on={kind === null} onClick={() => setKind(null)} />
          {kinds.length > 1 &&
            kinds.map(([each, count]) => (
              <KindChip
                key={each}
                label={each}
                count={count}
                on={kind === each}
                onClick={() => setKind(kind === each ? null : each)}
              />
            ))}
        </div>
        <div className="log-filter">
          <input
            type="search"
            className="field small"
            placeholder="Filter the log"
            aria-label="Filter the log"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <button type="button" className="button small" onClick={() => download(log, name)}>
            Download
          </button>
        </div>
      </div>
      {found.length === 0 ? (
        <p className="muted">No line matches.</p>
      ) : (
        <LogLines lines={found.slice(0, shownLines)} />
      )}
      {found.length > shownLines && (
        <p className="muted">
          The first {shownLines.toLocaleString('en-US')} of {found.length.toLocaleString('en-US')} lines.
          Filter, or download all of it.
        </p>
      )}
    </div>
  );
}

function KindChip(props: { label: string; count: number; on: boolean; onClick: () => void }) {
  return (
    <button type="button" className="chip small" aria-pressed={props.on} onClick={props.onClick}>
      {props.label} <span className="tabular">{props.count}</span>
    </button>
  );
}

function Stages({ stages }: { stages: ReturnType<typeof logStages> }) {
  const end = Math.max(1, ...stages.map((stage) => stage.startMs + stage.durationMs));
  return (
    <ol className="stages" aria-label="Stages">
      {stages.map((stage, index) => (
        <li key={index}>
          <span className="stage-name">{stage.name}</span>
          <span className="stage-track" aria-hidden="true">
            <span
              className="stage-bar"
              style={{
                left: `${(stage.startMs / end) * 100}%`,
                width: `${Math.max(0.5, (stage.durationMs / end) * 100)}%`,
              }}
            />
          </span>
          <span className="stage-time tabular">{formatDuration(stage.durationMs)}</span>
        </li>
      ))}
    </ol>
  );
}

/** The lines themselves; also used for the last ones of a failure. */
export function LogLines({ lines }: { lines: readonly LogLine[] }) {
  return (
    <ol className="log-lines" tabIndex={0} aria-label="Log">
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

function download(log: string, name: string): void {
  const link = document.createElement('a');
  const address = URL.createObjectURL(new Blob([log], { type: 'text/plain' }));
  link.href = address;
  link.download = `${name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 100)}.log`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1_000);
}
