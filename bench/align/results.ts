import type { Alignment, Change } from '../../src/domain/comparison/alignment.ts';
import type { ImageSize } from '../../src/domain/comparison/comparison.ts';
import type { AlignPair } from './pairs.ts';

export interface PairResult {
  pair: Pick<AlignPair, 'name' | 'half' | 'kind'>;
  before: ImageSize;
  size: ImageSize;
  red: number;
  left: number;
  leftInk: number;
  residue: number;
  falseClaims: number;
  alignment: Alignment;
  plainMs: number;
  /** Time of the alignment as a share of that of the plain comparison of the same round. */
  onTop: number;
  memory: { plain: number; aligned: number };
}

const titles = {
  tuned: 'The half that could be looked at',
  unseen: 'The unseen half',
  third: 'A third set, of other pages, made later',
  fourth: 'A fourth set, made before the search was changed for what the first three had missed',
  swaps: 'Boxes that changed places',
  fifth: 'A fifth set, of everyday edits: the half that could be looked at',
  unheard: 'The other half of the fifth set',
};

interface Context {
  machine: string;
  commit: string;
  load: string | number;
  date: string;
  rounds: number;
}

const count = (value: number) => value.toLocaleString('en-US');
const mb = (bytes: number) => (bytes / 1e6).toFixed(0);

function removed({ red }: PairResult, left: number): number {
  return red === 0 ? 0 : Math.max(0, 1 - left / red);
}

function removedText(results: readonly PairResult[], leftOf: (result: PairResult) => number): string {
  const shares = results.map((result) => removed(result, leftOf(result))).sort((a, b) => a - b);
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  return `${shares.filter((share) => share >= 0.95).length} of ${shares.length} with at least 95 % of the red removed; median ${percent(shares[shares.length >> 1]!)}, lowest ${percent(shares[0]!)}`;
}

export function sectionText(
  results: readonly PairResult[],
  { machine, commit, load, date, rounds }: Context,
): string {
  const lines = [
    '## Alignment: what moved',
    '',
    `Measured ${date} at commit ${commit}: ${machine}, load average ${load} before the start; medians of ${rounds} interleaved rounds. ` +
      'Made by `node bench/align/run.ts`.',
    '',
    'Pages made for it, captured by Chromium, split into two halves before anything was tuned. **Red** is what the plain comparison marks, **left** ' +
      'what is marked after alignment, **ink left** the same with the steps of color of what came and went instead of all its pixels. **False claims** are pixels of blocks told as moved that differ by more than two levels, ' +
      'found with another decoder. **On top** is the processor time of the alignment, with its mask and fingerprints, as a share of that of the plain comparison of the same files.',
    '',
  ];
  for (const half of ['tuned', 'unseen', 'third', 'fourth', 'swaps', 'fifth', 'unheard'] as const) {
    const ofHalf = results.filter(({ pair }) => pair.half === half);
    if (ofHalf.length === 0) continue;
    lines.push(`### ${titles[half]}`, '');
    lines.push(
      '| Pair | Kind | Red | Left | Removed | Ink left | Removed, by ink | Told as | Blocks | Changes | False claims | Plain, CPU ms | On top | MB, plain / aligned |',
      '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    );
    for (const result of ofHalf) {
      const { pair, alignment } = result;
      lines.push(
        `| ${pair.name} | ${pair.kind} | ${count(result.red)} | ${count(result.left)} | ${(removed(result, result.left) * 100).toFixed(1)} % | ${count(result.leftInk)} | ${(removed(result, result.leftInk) * 100).toFixed(1)} % | ${alignment.summary} | ${alignment.blockCount} | ${alignment.changeCount} | ${result.falseClaims} | ${result.plainMs.toFixed(1)} | ${result.onTop.toFixed(2)} | ${mb(result.memory.plain)} / ${mb(result.memory.aligned)} |`,
      );
    }
    lines.push('');
    const shifts = ofHalf.filter(({ pair }) => pair.kind === 'shift');
    if (shifts.length > 0)
      lines.push(
        `Shift pairs: ${removedText(shifts, ({ left }) => left)}. By ink: ${removedText(shifts, ({ leftInk }) => leftInk)}.`,
        '',
      );
    const small = ofHalf.filter(({ pair }) => pair.kind === 'small');
    const reported = small.filter(({ alignment }) =>
      alignment.changes.some(
        (change) =>
          change.kind === 'reordered' ||
          isSidewaysSpace(change) ||
          (change.kind !== 'added' && change.kind !== 'space' && change.changedPixels > 0),
      ),
    );
    if (small.length > 0)
      lines.push(`Small changes inside moved content: ${reported.length} of ${small.length} reported.`, '');
  }
  const wrong = results.reduce((sum, { falseClaims }) => sum + falseClaims, 0);
  const onTopOf = (part: string) =>
    results
      .filter(({ pair }) => pair.name.includes(part))
      .map(({ onTop }) => onTop)
      .sort((a, b) => a - b);
  const target = (name: string, part: string, most: number) => {
    const values = onTopOf(part);
    const median = values[values.length >> 1];
    return median === undefined
      ? []
      : [
          `- **${median <= most ? 'hit' : 'miss'}** ${name}, on top ≤ ${most}: ${median.toFixed(2)} (median of ${values.length})`,
        ];
  };
  lines.push(
    'Targets:',
    '',
    `- **${wrong === 0 ? 'hit' : 'miss'}** no false claims: ${count(wrong)} pixels`,
    ...target('insertions', 'insert', 0.35),
    ...target('small changes below an insertion', 'inside moved content', 0.35),
    ...target('reflow', '(reflow)', 1),
    ...target('one word', 'one word', 0.02),
    '',
    'What stays, and why. **New or gone**, so that nothing can explain it: the slides of a carousel that came into view and those that left (a fifth to half of its ' +
      'red, counted on both sides); the row, field, hint or paragraph that was added; the part of a button that is gone with its label. **Drawn anew**: text that moved by a fraction of a ' +
      'pixel is drawn with other levels at its edges, so labels of a navigation, tabs and chips whose widths are fractions are not what they were, and are never claimed (at the best whole ' +
      'displacement more than half of the pixels of a word differ by more than two levels). **In other colors**: the rows of a striped table below a new one stand on the other stripe; ' +
      'every pixel of them differs, so without a threshold they count as changed; with a threshold that covers the stripes, the table is cut where the row was added.',
    '',
    'The fourth set and the changed places were made before the search was changed for them; what was looked at afterwards are the gallery, the striped invoice, the menu, the chips and the ' +
      'file tree of the fourth set, so these five are no longer unseen. After the first figures, three unseen pairs were looked at: text moved by 1 px (its move was not listed as a change; fixed), one word and ' +
      'modal (time); the count of the work was changed after the added table row had reached its limit.',
  );
  return lines.join('\n');
}

/** Space that something left, or came from, to its right or left: no insertion causes it. */
function isSidewaysSpace({ kind, before, after }: Change): boolean {
  const box = before ?? after;
  return kind === 'space' && box !== null && box.height > box.width;
}
