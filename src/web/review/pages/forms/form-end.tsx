import type { ReactNode } from 'react';
import '../pages.css';

/** Why a form was not saved, unless one of its fields says so. */
export function NotSaved({ error }: { error: string | null }) {
  if (error === null) return null;
  return (
    <p className="form-error text-13" role="alert">
      Not saved: {error}
    </p>
  );
}

/** The buttons of a form that is saved. */
export function SaveActions({
  button,
  canSave,
  isSaving,
  children,
}: {
  button: string;
  canSave: boolean;
  isSaving: boolean;
  /** Beside the button. */
  children: ReactNode;
}) {
  return (
    <div className="form-actions line">
      <button className="button primary" disabled={!canSave || isSaving}>
        {isSaving ? 'Saving…' : button}
      </button>
      {children}
    </div>
  );
}

/** The end of a form that closes once it is saved. */
export function FormEnd({
  error,
  onClose,
  ...actions
}: {
  error: string | null;
  button: string;
  canSave: boolean;
  isSaving: boolean;
  onClose: () => void;
}) {
  return (
    <>
      <NotSaved error={error} />
      <SaveActions {...actions}>
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
      </SaveActions>
    </>
  );
}
