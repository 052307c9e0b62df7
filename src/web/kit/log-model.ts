/** A capture log as data. The log itself is text: `   0.012  request   GET …`, one event per line. */

export interface LogLine {
  /** Milliseconds since the capture began; null for other text, such as the output of a setup script. */
  atMs: number | null;
  kind: string;
  text: string;
}

export interface LogStage {
  name: string;
  startMs: number;
  durationMs: number;
}

const event = /^ *(\d+\.\d{3}) {2}([a-z]+) +(.*)$/;
const continuation = /^ {20}/;

export function parseLog(log: string): LogLine[] {
  const lines: LogLine[] = [];
  for (const line of log.replace(/\n$/, '').split('\n')) {
    const match = event.exec(line);
    const last = lines.at(-1);
    if (match !== null)
      lines.push({ atMs: Math.round(Number(match[1]) * 1_000), kind: match[2]!, text: match[3]! });
    else if (last !== undefined && last.atMs !== null && continuation.test(line))
      last.text += `\n${line.slice(20)}`;
    else if (line !== '' || lines.length > 0) lines.push({ atMs: null, kind: 'output', text: line });
  }
  return lines;
}

/** Stages with their durations: each line ends one stage and begins the next. */
export function logStages(lines: readonly LogLine[]): LogStage[] {
  let startMs = 0;
  return lines.flatMap(({ kind, atMs, text }) => {
    if (kind !== 'stage' || atMs === null) return [];
    const stage = { name: text.replace(/ took [\d.]+ \w+$/, ''), startMs, durationMs: atMs - startMs };
    startMs = atMs;
    return [stage];
  });
}

/** How a capture ended, in the log's own words: `captured 1280 × 1024 after 2 screenshots, settled`; null if the log does not say. */
export function logResult(lines: readonly LogLine[]): string | null {
  return lines.findLast(({ kind, atMs }) => kind === 'result' && atMs !== null)?.text ?? null;
}

/** Kinds in the order of their first line, with how many there are. */
export function logKinds(lines: readonly LogLine[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { kind } of lines) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts];
}
