import { MiddleCut, visibleText } from '../../kit/middle-cut.tsx';
import { plural } from '../../kit/format.ts';
import { ConfirmDialog } from '../../kit/confirm-dialog.tsx';
import { thumbnailAddress } from '../images/image-addresses.ts';
import type { RunRow } from '../runs/run-row.ts';
import type { Visit } from './visit.ts';

const sides = [
  ['before', 'Before'],
  ['diff', 'Diff'],
  ['after', 'After'],
] as const;

/** `E`: shows all undecided runs with exactly the same change, then approves them. */
export function SameChangesDialog({
  visit,
  runIds,
  onClose,
  onApproved,
}: {
  visit: Visit;
  /** Undecided ones, the run itself included. */
  runIds: readonly number[];
  onClose: () => void;
  onApproved?: () => void;
}) {
  const rows = runIds.flatMap((id) => visit.store.row(id) ?? []);
  return (
    <ConfirmDialog
      title={`Approve ${plural(runIds.length, 'run')} with exactly the same changes?`}
      confirm={{
        label: `Approve ${runIds.length.toLocaleString('en-US')}`,
        tone: 'approve',
        act: () => {
          visit.decisions.judge(runIds, 'approved');
          onApproved?.();
        },
      }}
      keep={{ label: 'Cancel' }}
      initial="confirm"
      onClose={onClose}
    >
      <p className="muted">
        In all of them, the changed pixels had the same colors before and have the same colors now.
      </p>
      <ul className="same-changes-runs" tabIndex={0} aria-label="Runs">
        {rows.map((row) => (
          <SameChangesRun key={row.id} buildId={visit.key.buildId} row={row} />
        ))}
      </ul>
    </ConfirmDialog>
  );
}

function SameChangesRun({ buildId, row }: { buildId: number; row: RunRow }) {
  return (
    <li>
      <span className="same-changes-name">
        <MiddleCut text={row.name} />
      </span>
      <span className="same-changes-images">
        {sides.map(([side, title]) => (
          <span key={side} data-side={side}>
            <img
              src={thumbnailAddress(buildId, row.id, row.factsVersion, side)}
              alt={`${title}: ${visibleText(row.name)}`}
              width={240}
              height={150}
              loading="lazy"
              decoding="async"
              draggable={false}
            />
            <small aria-hidden="true">{title}</small>
          </span>
        ))}
      </span>
    </li>
  );
}
