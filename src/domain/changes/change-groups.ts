/** Changes grouped over tests by what they show: one row, and one decision, for the same change on many pages. */

import { listsEveryDifference, type Alignment, type Change } from '../comparison/alignment.ts';
import { changeSize, changeTitle } from '../comparison/alignment-heading.ts';
import { nameWords } from '../dom/name-words.ts';

/** A test with its changes; without an alignment no change of it is known. */
export interface ChangedTest {
  name: string;
  alignment: Pick<Alignment, 'changes' | 'changeCount' | 'complete'> | null;
}

export interface ChangeGroup {
  /** Shortest beginning of the fingerprint's digits, at least 6, that no other group has. */
  id: string;
  fingerprint: string;
  kind: Change['kind'];
  /** The element and what differs, `header > a: text "Sale" → "Clearance"`; without a name, kind and size. */
  words: string;
  /** Names of the tests that have this change, each once, in their order. */
  tests: string[];
  /** Those of them whose changes are not all known: only the test as a whole can be decided. */
  wholeOnly: string[];
}

const minIdLength = 6;

/** The groups with the most tests first; among equals, in order of appearance. */
export function groupChanges(tests: readonly ChangedTest[]): ChangeGroup[] {
  const members = new Map<string, { change: Change; tests: Set<ChangedTest>; words: Map<string, number> }>();
  for (const test of tests)
    for (const change of test.alignment?.changes ?? []) {
      const group = members.get(change.fingerprint) ?? { change, tests: new Set(), words: new Map() };
      members.set(change.fingerprint, group);
      group.tests.add(test);
      if (change.name === undefined) continue;
      const words = nameWords(change.name);
      group.words.set(words, (group.words.get(words) ?? 0) + 1);
    }
  const ids = shortestIds([...members.keys()]);
  return [...members]
    .map(([fingerprint, { change, tests, words }]) => ({
      id: ids.get(fingerprint)!,
      fingerprint,
      kind: change.kind,
      words: wordsOf(change, words),
      tests: [...tests].map(({ name }) => name),
      wholeOnly: [...tests].filter((test) => !isDecidedByChanges(test)).map(({ name }) => name),
    }))
    .sort((a, b) => b.tests.length - a.tests.length);
}

/** Whether decisions on its changes decide the test. */
export function isDecidedByChanges({ alignment }: ChangedTest): boolean {
  return alignment !== null && listsEveryDifference(alignment);
}

/** Fingerprints of a test's changes that are not in `approved`, each once. */
export function openChanges({ alignment }: ChangedTest, approved: ReadonlySet<string>): string[] {
  const all = new Set((alignment?.changes ?? []).map(({ fingerprint }) => fingerprint));
  return [...all].filter((fingerprint) => !approved.has(fingerprint));
}

/** Equal for tests with exactly the same changes; null for a test whose changes are not all known. */
export function changeSetKey(test: ChangedTest): string | null {
  return isDecidedByChanges(test) ? openChanges(test, new Set()).sort().join(' ') : null;
}

/** The groups whose digits begin with `id`; `fp1:` in front and capital letters are accepted. */
export function groupsWithId(groups: readonly ChangeGroup[], id: string): ChangeGroup[] {
  const wanted = digitsOf(id.trim().toLowerCase());
  if (wanted === '') return [];
  return groups.filter(({ fingerprint }) => digitsOf(fingerprint).startsWith(wanted));
}

/** The commonest name; other elements with the same change are counted. */
function wordsOf(change: Change, names: ReadonlyMap<string, number>): string {
  const [first, ...others] = [...names].sort(([, a], [, b]) => b - a);
  if (first === undefined) return `${changeTitle(change)}, ${changeSize(change)}`;
  return withOthers(first[0], others.length);
}

/** The words of an element, and how many others have the same change. */
export function withOthers(words: string, others: number): string {
  return others === 0 ? words : `${words} (and ${others} other ${others === 1 ? 'element' : 'elements'})`;
}

/** For each, the beginning of its digits that no other has. */
export function shortestIds(fingerprints: readonly string[]): Map<string, string> {
  const sorted = fingerprints
    .map((fingerprint) => ({ fingerprint, digits: digitsOf(fingerprint) }))
    .sort((a, b) => (a.digits < b.digits ? -1 : 1));
  return new Map(
    sorted.map(({ fingerprint, digits }, index) => {
      const around = [sorted[index - 1], sorted[index + 1]].map((other) =>
        other === undefined ? 0 : commonLength(digits, other.digits),
      );
      return [fingerprint, digits.slice(0, Math.max(minIdLength, ...around.map((length) => length + 1)))];
    }),
  );
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

function digitsOf(fingerprint: string): string {
  return fingerprint.replace(/^fp\d+:/, '');
}
