import { useMemo, useState, type ReactNode } from 'react';
import { formatDuration, plural } from './format.ts';
import { LogLines } from './log-lines.tsx';
import { logKinds, logStages, type LogLine, type LogStage } from './log-model.ts';
import { SearchField } from './search-field.tsx';
import './log-events.css';

/** Maximum lines rendered; a longer log is cut on screen, never in the download. */
const shownLines = 2_000;

interface LogEventsProps {
  lines: readonly LogLine[];
  /** Display names of event kinds. */
  kindWords?: Readonly<Record<string, string>>;
  wraps?: boolean;
  /** Controls after the filter: wrap, download. */
  tools?: ReactNode;
  /** Content between the filter and the lines. */
  note?: ReactNode;
}

/** A capture log: stages as bars, then its events, filtered by kind and text. */
export function LogEvents({ lines, kindWords = {}, wraps = true, tools, note }: LogEventsProps) {
  const [kind, setKind] = useState<string | null>(null);
  const [text, setText] = useState('');
  const kinds = useMemo(() => logKinds(lines), [lines]);
  const stages = useMemo(() => logStages(lines), [lines]);
  const wanted = text.trim().toLowerCase();
  const found = lines.filter(
    (line) =>
      (kind === null || line.kind === kind) && (wanted === '' || line.text.toLowerCase().includes(wanted)),
  );
  return (
    <>
      {stages.length > 0 && <LogStages stages={stages} />}
      <div className="log-tools line">
        {kinds.length > 1 && (
          <div className="log-kinds" role="group" aria-label="Kinds of events">
            <Kind label="All" count={lines.length} isOn={kind === null} onClick={() => setKind(null)} />
            {kinds.map(([each, count]) => (
              <Kind
                key={each}
                label={kindWords[each] ?? each}
                count={count}
                isOn={kind === each}
                onClick={() => setKind(kind === each ? null : each)}
              />
            ))}
          </div>
        )}
        <SearchField value={text} label="Filter the log" onChange={setText} />
        {tools}
      </div>
      {note}
      {found.length === 0 ? (
        <p className="muted">No line matches.</p>
      ) : (
        <LogLines lines={found.slice(0, shownLines)} label="Log" wraps={wraps} />
      )}
      {found.length > shownLines && (
        <p className="muted">
          The first {shownLines.toLocaleString('en-US')} of {plural(found.length, 'line')}. Filter, or
          download all of it.
        </p>
      )}
    </>
  );
}

function Kind(props: { label: string; count: number; isOn: boolean; onClick: () => void }) {
  return (
    <button type="button" className="tool" aria-pressed={props.isOn} onClick={props.onClick}>
      {props.label} <span className="tabular">{props.count.toLocaleString('en-US')}</span>
    </button>
  );
}

/** The duration of each stage of a capture, in order. */
function LogStages({ stages }: { stages: readonly LogStage[] }) {
  const end = Math.max(1, ...stages.map(({ startMs, durationMs }) => startMs + durationMs));
  return (
    <ol className="log-stages stages text-13" aria-label="Stages">
      {stages.map(({ name, startMs, durationMs }, index) => (
        <li key={index}>
          <span className="log-stage-name ellipsis">{name}</span>
          <svg width="100%" height="8" preserveAspectRatio="none" viewBox="0 0 1000 8" aria-hidden="true">
            <rect x={(startMs / end) * 1_000} width={Math.max(4, (durationMs / end) * 1_000)} height="8" />
          </svg>
          <span className="log-stage-time tabular muted">{formatDuration(durationMs)}</span>
        </li>
      ))}
    </ol>
  );
}
