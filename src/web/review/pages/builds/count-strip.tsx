import { CountBar } from '../../../kit/count-bar.tsx';
import type { Counts } from '../../api/shapes.ts';
import { headline } from '../../runs/release-words.ts';

const parts = [
  ['undecided', 'differs'],
  ['rejected', 'rejected'],
  ['failed', 'failed'],
  ['missing', 'missing'],
  ['approved', 'approved'],
  ['new', 'new'],
  ['waiting', 'waiting'],
  ['same', 'same'],
] as const satisfies readonly (readonly [keyof Counts, string])[];

/** A release's runs by state, as a colored bar and as text. */
export function CountStrip({ counts }: { counts: Counts }) {
  return (
    <span className="count-strip line">
      <CountBar counts={parts.map(([count, state]) => [state, counts[count]] as const)} />
      <span className="count-words ellipsis muted">{countWords(counts)}</span>
    </span>
  );
}

/** `10 of 100 differ, 7 undecided` */
function countWords(counts: Counts): string {
  const differs = counts.undecided + counts.approved + counts.rejected;
  return headline(
    { ...counts, differs },
    { missing: counts.missing - counts.renamed, renamed: counts.renamed },
  );
}
