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
export function SamePlacesDialog({
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
      title={`Approve ${plural(runIds.length, 'run')} that changed in exactly the same places?`}
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
      <ul className="same-places-runs" tabIndex={0} aria-label="Runs">
        {rows.map((row) => (
          <SamePlacesRun key={row.id} buildId={visit.key.buildId} row={row} />
        ))}
      </ul>
    </ConfirmDialog>
  );
}

function SamePlacesRun({ buildId, row }: { buildId: number; row: RunRow }) {
  return (
    <li>
      <span className="same-places-name">
        <MiddleCut text={row.name} />
      </span>
      <span className="same-places-images">
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
