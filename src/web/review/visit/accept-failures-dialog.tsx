import { useState, type FormEvent } from 'react';
import { OpenDialog } from '../../kit/dialog.tsx';
import { focusOnOpen } from '../../kit/focus-on-mount.ts';
import { plural } from '../../kit/format.ts';
import { shortName } from '../../kit/middle-cut.tsx';
import type { Visit } from './visit.ts';
import './accept-failures.css';

interface AcceptFailuresProps {
  visit: Visit;
  /** Runs that failed. */
  runIds: readonly number[];
  onClose: () => void;
}

/** Asks why it is all right that runs failed, and accepts them together. */
export function AcceptFailuresDialog({ visit, runIds, onClose }: AcceptFailuresProps) {
  const [reason, setReason] = useState('');
  const only = runIds.length === 1 ? visit.store.row(runIds[0]!) : undefined;
  const accept = (event: FormEvent) => {
    event.preventDefault();
    const note = reason.trim();
    if (note === '') return;
    onClose();
    visit.decisions.judge(runIds, 'approved', { note });
  };
  return (
    <OpenDialog
      title={
        only === undefined
          ? `Accept ${plural(runIds.length, 'failed run')}?`
          : `Accept that ${shortName(only.name)} failed?`
      }
      className="accept-failures"
      onClose={onClose}
    >
      <form className="dialog-form" onSubmit={accept}>
        <p>
          {runIds.length === 1 ? 'It stays failed, and' : 'They stay failed, and'} no longer{' '}
          {runIds.length === 1 ? 'holds' : 'hold'} the release back. The last accepted{' '}
          {runIds.length === 1 ? 'screenshot stays its' : 'screenshots stay their'} baseline.
        </p>
        <label className="dialog-field">
          <span>Reason</span>
          <input
            className="field"
            ref={focusOnOpen}
            required
            maxLength={255}
            placeholder="Such as: the page is being rebuilt"
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
        <div className="confirm-actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={reason.trim() === ''}>
            Accept
          </button>
        </div>
      </form>
    </OpenDialog>
  );
}
