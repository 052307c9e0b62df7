import '../../kit/confirm-dialog.css';
import './deletion.css';
import { useId, useState, type ReactNode } from 'react';
import { OpenDialog } from '../../kit/dialog.tsx';
import { focusOnOpen } from '../../kit/focus-on-mount.ts';
import { toProblem } from '../api/problem.ts';
import { useMutation } from '../api/use-mutation.ts';
import { sentenceOf } from '../states/problem.tsx';

/** Asks for the name of what is to be deleted. Open while mounted. */
export function DeleteDialog({
  title,
  name,
  action,
  children,
  onDelete,
  onClose,
}: {
  title: string;
  /** To be typed exactly. */
  name: string;
  /** On the button: `Delete release`. */
  action: string;
  /** What deleting it means. */
  children: ReactNode;
  onDelete: () => Promise<unknown>;
  onClose: () => void;
}) {
  const id = useId();
  const [text, setText] = useState('');
  const remove = useMutation({ mutationFn: onDelete });
  const isConfirmed = text === name;
  return (
    <OpenDialog title={title} className="delete-dialog" onClose={onClose}>
      <form
        className="delete-body"
        onSubmit={(event) => {
          event.preventDefault();
          if (isConfirmed) remove.mutate();
        }}
      >
        {children}
        <div className="delete-field">
          <label htmlFor={id} className="text-13">
            Type <strong className="delete-name">{name}</strong> to confirm
          </label>
          <input
            id={id}
            ref={focusOnOpen}
            className="field"
            value={text}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        {remove.error !== null && (
          <p className="delete-problem text-13" role="alert">
            Not deleted: {sentenceOf(toProblem(remove.error))}
          </p>
        )}
        <div className="confirm-actions">
          <button type="button" className="button" onClick={onClose}>
            Keep
          </button>
          <button className="button reject" disabled={!isConfirmed || remove.isPending}>
            {remove.isPending ? 'Deleting…' : action}
          </button>
        </div>
      </form>
    </OpenDialog>
  );
}
