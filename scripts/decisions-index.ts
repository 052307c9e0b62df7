/** Generates the list of decision records from the records. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', 'docs', 'adr');

export interface DecisionRecord {
  number: number;
  file: string;
  title: string;
  /** From its line `**Status.** …`; `accepted` without one. */
  status: string;
}

/** @throws Error if a record's name and heading disagree, or two records have the same number */
export function decisionRecords(from = folder): DecisionRecord[] {
  const files = readdirSync(from).filter((name) => name.endsWith('.md') && name !== 'README.md');
  const records = files.sort().map((file) => {
    const text = readFileSync(join(from, file), 'utf8');
    const number = Number(/^(\d{4})-[a-z0-9-]+\.md$/.exec(file)?.[1]);
    const heading = /^# (\d+)\. (.+)$/m.exec(text);
    if (heading === null || Number(heading[1]) !== number) {
      throw new Error(`docs/adr/${file} must begin with "# ${number}. Title".`);
    }
    const status = /^\*\*Status\.\*\* (.+)$/m.exec(text)?.[1] ?? 'accepted';
    return { number, file, title: heading[2]!, status };
  });
  const twice = records.find((record, index) => records[index + 1]?.number === record.number);
  if (twice !== undefined) throw new Error(`Two records have the number ${twice.number}.`);
  return records;
}

/** Unused numbers below the highest one, such as `3, 8, 24–30`; empty if there are none. */
export function unusedNumbers(records: readonly { number: number }[]): string {
  const used = new Set(records.map(({ number }) => number));
  const ranges: [first: number, last: number][] = [];
  for (let number = 1; number < Math.max(...used); number++) {
    if (used.has(number)) continue;
    const last = ranges.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(', ');
}

export function decisionsPage(notice: string): string {
  const records = decisionRecords();
  const rows = records.map(
    ({ number, file, title, status }) => `| ${number} | [${title}](${file}) | ${status} |`,
  );
  const unused = unusedNumbers(records);
  const gaps =
    unused === ''
      ? ''
      : `\nNever used: ${unused}. A number is reserved before its record is written, and some records turned out not to be needed.\n`;
  return `# Decisions

${notice}

Each record says what was decided, why, and what it costs. A record is not rewritten when a later one replaces it; its
status then names the later one, in a line \`**Status.** replaced by 31\` below the heading.

| number | decision | status |
| --- | --- | --- |
${rows.join('\n')}
${gaps}`;
}
