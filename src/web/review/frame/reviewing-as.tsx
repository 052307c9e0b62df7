import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { OpenDialog } from '../../kit/dialog.tsx';
import { focusOnMount } from '../../kit/focus-on-mount.ts';
import { queries } from '../api/queries.ts';
import { maxReviewerName, nameReviewer, useReviewerName } from '../decisions/reviewer.ts';
import './reviewing-as.css';

/** Whether the server has no logins, so that people say themselves who they are. */
export function useIsLocal(): boolean {
  return useQuery(queries.session()).data?.principal.kind === 'local';
}

/** `Reviewing as Ann`, or the question for a name; nothing on a server with logins. */
export function ReviewingAs() {
  const name = useReviewerName();
  const isLocal = useIsLocal();
  const [isOpen, setOpen] = useState(false);
  if (!isLocal) return null;
  return (
    <>
      <button
        type="button"
        className="tool reviewing-as"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        {name === '' ? 'Give your name' : <span className="ellipsis">Reviewing as {name}</span>}
      </button>
      {isOpen && <ReviewerDialog onClose={() => setOpen(false)} />}
    </>
  );
}

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
      <form className="reviewer-form" onSubmit={save}>
        <p>
          This server has no logins. Your name is kept in this browser and sent with your decisions. Nobody
          checks it, so others see it as unverified.
        </p>
        <label className="reviewer-field">
          <span>Name</span>
          <input
            className="field"
            ref={focusOnMount}
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
