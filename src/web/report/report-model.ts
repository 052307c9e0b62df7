/** The report in display order and groups. Pure; one pass over the tests. */

import type { LocalReport, LocalTestResult, LocalTestState } from '../../contract/files/local-report.ts';
import { changeSetKey, groupsWithId, type ChangeGroup } from '../../domain/changes/change-groups.ts';
import { changedTest } from '../../contract/files/report-changes.ts';
import type { Alignment, Box, Change } from '../../domain/comparison/alignment.ts';
import { tellingPart } from '../../domain/comparison/telling-part.ts';
import { plural } from '../kit/format.ts';
import { shownRegions } from './report-images.ts';

export interface ReportEntry {
  /** Position in the fixed order. */
  position: number;
  test: LocalTestResult;
  nameLower: string;
  /** What a small image of it is around; null: the top of the page. */
  telling: Box | null;
  /** Positions of the tests with exactly the same changes, including this one. */
  sameChanges: readonly number[];
}

export interface ReportSection {
  title: string;
  state: LocalTestState;
  entries: readonly ReportEntry[];
}

const order: Record<LocalReport['command'], readonly LocalTestState[]> = {
  test: ['differs', 'failed', 'new', 'updated', 'same', 'unchanged'],
  update: ['failed', 'updated', 'new', 'differs', 'unchanged', 'same'],
};

const sectionTitles: Record<LocalTestState, string> = {
  differs: 'Differences',
  failed: 'Failed',
  new: 'New',
  updated: 'Updated',
  same: 'Same',
  unchanged: 'Unchanged',
};

/** Whether a test needs review, for any command. */
const needsLook: ReadonlySet<LocalTestState> = new Set(['differs', 'failed', 'new']);

export function needsALook(state: LocalTestState): boolean {
  return needsLook.has(state);
}

/** All tests in the fixed order: by state, then by name in natural order (`2` before `10`). */
export function orderEntries(report: LocalReport): ReportEntry[] {
  const rank = new Map(order[report.command].map((state, index) => [state, index]));
  const collator = new Intl.Collator('en', { numeric: true });
  const sorted = [...report.tests].sort(
    (a, b) => rank.get(a.state)! - rank.get(b.state)! || collator.compare(a.name, b.name),
  );
  const sets = new Map<string, number[]>();
  return sorted.map((test, position): ReportEntry => {
    const key = test.mask === null ? null : changeSetKey(changedTest(test));
    const sameChanges = (key === null ? undefined : sets.get(key)) ?? [];
    sameChanges.push(position);
    if (key !== null) sets.set(key, sameChanges);
    return {
      position,
      test,
      nameLower: test.name.toLowerCase(),
      telling: tellingPart({ regions: shownRegions(test.comparison), alignment: alignmentOf(test) }, 'after'),
      sameChanges,
    };
  });
}

/** Of a difference: what only forgiven pixels differ in has not moved. */
function alignmentOf({ comparison }: LocalTestResult): Alignment | null {
  return comparison === null || comparison.hidden !== null ? null : (comparison.alignment ?? null);
}

/** Whether a test can be approved at all. */
export function isPickable(report: LocalReport, { test }: ReportEntry): boolean {
  return report.command === 'test' && test.after !== null && test.state !== 'same';
}

/** A state, or `same` only because of forgiven pixels. */
export type FilterName = LocalTestState | 'forgiven';

export interface Filter {
  /** Empty: every state. */
  states: readonly FilterName[];
  text: string;
  /** The change that the tests must have; null: any. */
  change: ChangeGroup | null;
}

/** The sections with the entries that match the filter; empty ones are left out. */
export function filterSections(entries: readonly ReportEntry[], filter: Filter): ReportSection[] {
  const wanted = new Set(filter.states);
  const text = filter.text.trim().toLowerCase();
  const changed = filter.change === null ? null : new Set(filter.change.tests);
  const sections = new Map<LocalTestState, ReportEntry[]>();
  for (const entry of entries) {
    const isWanted = wanted.has(entry.test.state) || (wanted.has('forgiven') && isForgiven(entry.test));
    if (wanted.size > 0 && !isWanted) continue;
    if (changed !== null && !changed.has(entry.test.name)) continue;
    if (text !== '' && !entry.nameLower.includes(text) && !entry.test.url.toLowerCase().includes(text))
      continue;
    const section = sections.get(entry.test.state);
    if (section === undefined) sections.set(entry.test.state, [entry]);
    else section.push(entry);
  }
  return [...sections].map(([state, found]) => ({ state, title: sectionTitles[state], entries: found }));
}

/** The change with an ID; null if there is none, or not only one. */
export function changeWithId(changes: readonly ChangeGroup[], id: string | null): ChangeGroup | null {
  if (id === null) return null;
  const [found, ...others] = groupsWithId(changes, id);
  return found === undefined || others.length > 0 ? null : found;
}

/** The first test that has a change, and where. */
export function sampleOf(
  { fingerprint, tests }: ChangeGroup,
  entries: readonly ReportEntry[],
): { entry: ReportEntry; change: Change } | null {
  const entry = entries.find(({ test }) => test.name === tests[0]);
  const change = entry?.test.comparison?.alignment?.changes.find((each) => each.fingerprint === fingerprint);
  return entry === undefined || change === undefined ? null : { entry, change };
}

/** The next shown test, or the previous one; also from a test that is not shown. */
export function neighbour(
  shown: readonly ReportEntry[],
  entry: ReportEntry,
  by: 1 | -1,
): ReportEntry | undefined {
  const at = shown.indexOf(entry);
  if (at >= 0) return shown[at + by];
  return by === 1
    ? shown.find((each) => each.position > entry.position)
    : shown.findLast((each) => each.position < entry.position);
}

function isForgiven(test: LocalTestResult): boolean {
  return test.state === 'same' && (test.comparison?.forgivenPixels ?? 0) > 0;
}

/** How many tests are the same only because of forgiven pixels. */
export function countForgiven(report: LocalReport): number {
  return report.tests.filter(isForgiven).length;
}

export function countStates(report: LocalReport): [LocalTestState, number][] {
  const counts = new Map<LocalTestState, number>();
  for (const test of report.tests) counts.set(test.state, (counts.get(test.state) ?? 0) + 1);
  return order[report.command].flatMap((state) => {
    const count = counts.get(state) ?? 0;
    return count === 0 ? [] : [[state, count] as [LocalTestState, number]];
  });
}

/** The headline. */
export function headline(report: LocalReport): string {
  const total = report.tests.length;
  const counts = new Map(countStates(report));
  const of = (state: LocalTestState) => counts.get(state) ?? 0;
  if (total === 0) return report.command === 'test' ? 'Nothing was compared' : 'Nothing was captured';
  if (report.command === 'update') {
    const written = of('updated') + of('new');
    if (of('failed') > 0) return `${plural(of('failed'), 'test')} of ${count(total)} failed`;
    return written === 0
      ? `All ${plural(total, 'baseline')} are unchanged`
      : `${plural(written, 'baseline')} of ${count(total)} ${written === 1 ? 'was' : 'were'} written`;
  }
  if (of('same') === total)
    return total === 1 ? 'The test looks the same' : `All ${count(total)} tests look the same`;
  const parts: string[] = [];
  if (of('differs') > 0) parts.push(`${count(of('differs'))} of ${count(total)} differ`);
  if (of('failed') > 0)
    parts.push(
      parts.length === 0
        ? `${count(of('failed'))} of ${count(total)} failed`
        : `${count(of('failed'))} failed`,
    );
  if (of('new') > 0) parts.push(`${count(of('new'))} new`);
  return parts.join(', ');
}

/** `6 of 9 passed`, in the sense of the exit status. */
export function passedOf(report: LocalReport): string {
  const passed = report.tests.filter(({ state }) => state === 'same').length;
  return `${count(passed)} of ${count(report.tests.length)} passed`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
