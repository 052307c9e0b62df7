/** A capture log as data. The log itself is text: `   0.012  request   GET …`, one event a line. */

export interface LogLine {
  /** Milliseconds since the capture began; null for text that is no event, such as the output of a setup script. */
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

/** Stages with the time each took; the last one ends with the log. */
export function logStages(lines: readonly LogLine[]): LogStage[] {
  const stages = lines.filter((line) => line.kind === 'stage' && line.atMs !== null);
  const endMs = lines.reduce((end, line) => Math.max(end, line.atMs ?? 0), 0);
  return stages.map((stage, index) => ({
    name: stage.text,
    startMs: stage.atMs!,
    durationMs: (stages[index + 1]?.atMs ?? endMs) - stage.atMs!,
  }));
}

/** Kinds in the order of their first line, with how many there are. */
export function logKinds(lines: readonly LogLine[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { kind } of lines) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts];
}
