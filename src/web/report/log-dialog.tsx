import type { Ref } from 'react';
import { Icon } from '../kit/icon.tsx';
import { CaptureLog } from './capture-log.tsx';
import { MiddleCut } from '../kit/middle-cut.tsx';

/** The capture log, as wide as the window allows. */
export function LogDialog({ ref, name, log }: { ref: Ref<HTMLDialogElement>; name: string; log: string }) {
  return (
    <dialog
      ref={ref}
      className="dialog log-dialog"
      aria-labelledby="log-title"
      onClick={(event) => {
        if (event.target === event.currentTarget) event.currentTarget.close();
      }}
    >
      <form method="dialog" className="dialog-head">
        <h2 id="log-title">
          <span>Capture log ·</span> <MiddleCut text={name} />
        </h2>
        <button className="tool" aria-label="Close" title="Close (Esc)">
          <Icon name="close" />
        </button>
      </form>
      <CaptureLog key={name} log={log} name={name} />
    </dialog>
  );
}
