import { useId, useLayoutEffect, useRef, type ReactNode, type Ref } from 'react';
import { Icon } from './icon.tsx';
import './dialog.css';

interface DialogProps {
  ref: Ref<HTMLDialogElement>;
  title: ReactNode;
  className?: string;
  onClose?: (() => void) | undefined;
  children: ReactNode;
}

/** A dialog with a heading and a close button; clicking outside also closes it. Opened by `showModal`. */
export function Dialog({ ref, title, className = '', onClose, children }: DialogProps) {
  const titleId = useId();
  return (
    <dialog
      ref={ref}
      className={`dialog ${className}`}
      aria-labelledby={titleId}
      onClose={onClose}
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

/** The same, open while mounted; the focus returns to where it was. */
export function OpenDialog(props: Omit<DialogProps, 'ref'>) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    const focused = document.activeElement;
    element?.showModal();
    return () => {
      element?.close();
      if (focused instanceof HTMLElement && focused.isConnected) focused.focus({ preventScroll: true });
    };
  }, []);
  return <Dialog {...props} ref={dialog} />;
}
