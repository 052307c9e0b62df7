import { useState, type FormEvent } from 'react';
import { OpenDialog } from '../../kit/dialog.tsx';
import { focusOnOpen } from '../../kit/focus-on-mount.ts';
import { maxReviewerName, nameReviewer, useReviewerName } from '../api/reviewer.ts';
import './reviewer-dialog.css';

/** Asks for the name under which decisions are kept. */
export function ReviewerDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState(useReviewerName());
  const save = (event: FormEvent) => {
    event.preventDefault();
    nameReviewer(name);
    onClose();
  };
  return (
    <OpenDialog title="Who is reviewing?" className="reviewer-dialog" onClose={onClose}>
      <form className="dialog-form" onSubmit={save}>
        <p>
          This server has no logins. Your name is kept in this browser and sent with your decisions. The
          server does not verify it, and others see that.
        </p>
        <label className="dialog-field">
          <span>Name</span>
          <input
            className="field"
            ref={focusOnOpen}
            autoComplete="name"
            maxLength={maxReviewerName}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <div className="confirm-actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary">
            {name.trim() === '' ? 'Review without a name' : 'Save'}
          </button>
        </div>
      </form>
    </OpenDialog>
  );
}
