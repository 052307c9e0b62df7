import { useId, type ReactNode, type Ref } from 'react';
import { Icon } from './icon.tsx';
import './dialog.css';

interface DialogProps {
  ref: Ref<HTMLDialogElement>;
  title: ReactNode;
  className?: string;
  children: ReactNode;
}

/** A dialog with a heading and a close button; clicking outside also closes it. Opened by `showModal`. */
export function Dialog({ ref, title, className = '', children }: DialogProps) {
  const titleId = useId();
  return (
    <dialog
      ref={ref}
      className={`dialog ${className}`}
      aria-labelledby={titleId}
      onClick={(event) => {
        if (event.target === event.currentTarget) event.currentTarget.close();
      }}
    >
      <form method="dialog" className="dialog-head line">
        <h2 id={titleId}>{title}</h2>
        <button className="tool" aria-label="Close" title="Close (Esc)">
          <Icon name="close" />
        </button>
      </form>
      {children}
    </dialog>
  );
}
