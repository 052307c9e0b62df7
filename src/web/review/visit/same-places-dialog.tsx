import { MiddleCut } from '../../kit/middle-cut.tsx';
import { plural } from '../../kit/format.ts';
import type { Visit } from './visit.ts';
import { ConfirmDialog } from '../../kit/confirm-dialog.tsx';

const shown = 6;

/** `E`: asks with the count, then approves all undecided runs that changed in exactly the same places. */
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
  const names = runIds.slice(0, shown).flatMap((id) => visit.store.row(id)?.name ?? []);
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
      <ul className="confirm-names">
        {names.map((name) => (
          <li key={name}>
            <MiddleCut text={name} />
          </li>
        ))}
      </ul>
      {runIds.length > shown && (
        <p className="muted">and {(runIds.length - shown).toLocaleString('en-US')} more</p>
      )}
    </ConfirmDialog>
  );
}
