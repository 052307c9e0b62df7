import { useId, useLayoutEffect, useRef, type ReactNode } from 'react';
import './dialog.css';
import './confirm-dialog.css';

interface Choice {
  label: string;
  tone: 'approve' | 'reject' | 'primary';
  act: () => void;
}

interface ConfirmDialogProps {
  title: string;
  children: ReactNode;
  /** The main action; null: nothing to confirm. */
  confirm: Choice | null;
  /** An alternative action. */
  other?: Choice;
  /** Label of the cancel button. */
  keep: { label: string; act?: () => void };
  /** Which button Enter presses. */
  initial: 'confirm' | 'keep';
  onClose: () => void;
}

/** A question with two or three answers. Open while mounted; traps the focus and returns it. */
export function ConfirmDialog({
  title,
  children,
  confirm,
  other,
  keep,
  initial,
  onClose,
}: ConfirmDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const first = useRef<HTMLButtonElement>(null);
  const titleId = useId();
  useLayoutEffect(() => {
    const element = dialog.current;
    const focused = document.activeElement;
    element?.showModal();
    first.current?.focus();
    return () => {
      element?.close();
      if (focused instanceof HTMLElement && focused.isConnected) focused.focus({ preventScroll: true });
    };
  }, []);
  const confirmFirst = initial === 'confirm' && confirm !== null;
  return (
    <dialog ref={dialog} className="dialog confirm-dialog" aria-labelledby={titleId} onClose={onClose}>
      <h2 id={titleId}>{title}</h2>
      <div className="confirm-body">{children}</div>
      <div className="confirm-actions">
        <button
          ref={confirmFirst ? null : first}
          type="button"
          className="button"
          onClick={() => {
            onClose();
            keep.act?.();
          }}
        >
          {keep.label}
        </button>
        {other !== undefined && (
          <button
            type="button"
            className={`button ${other.tone}`}
            onClick={() => {
              onClose();
              other.act();
            }}
          >
            {other.label}
          </button>
        )}
        {confirm !== null && (
          <button
            ref={confirmFirst ? first : null}
            type="button"
            className={`button ${confirm.tone}`}
            onClick={() => {
              onClose();
              confirm.act();
            }}
          >
            {confirm.label}
          </button>
        )}
      </div>
    </dialog>
  );
}
