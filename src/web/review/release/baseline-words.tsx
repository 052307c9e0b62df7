import { plural } from '../../kit/format.ts';
import { shortName } from '../../kit/middle-cut.tsx';
import type { Release } from '../api/shapes.ts';
import type { RunCounts } from '../runs/counts.ts';
import type { MissingCounts } from '../runs/missing-pages.ts';

/** `2 pages of the baseline are not in this release.` */
export function MissingWords({
  counts: { same, total },
  missing: { missing, undecided },
  baseline,
}: {
  counts: RunCounts;
  missing: MissingCounts;
  baseline: Release | null;
}) {
  const pages = plural(missing, 'page of the baseline is', 'pages of the baseline are');
  const rest = undecided === 0 ? 'missing and must come back.' : 'not in this release.';
  return (
    <>
      {same === total && total > 0 && (
        <>
          <SameWords total={total} baseline={baseline} />, but{' '}
        </>
      )}
      {pages} {rest}
    </>
  );
}

/** `All 4 runs look the same as v1 #1` */
export function SameWords({ total, baseline }: { total: number; baseline: Release | null }) {
  return (
    <>
      {total === 1 ? 'The run looks' : `All ${total.toLocaleString('en-US')} runs look`} the same as{' '}
      {baseline === null ? 'before' : <bdi>{shortName(`${baseline.name} #${baseline.number}`)}</bdi>}
    </>
  );
}
