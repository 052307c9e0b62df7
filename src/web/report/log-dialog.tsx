import { useMemo, type Ref } from 'react';
import { Dialog } from '../kit/dialog.tsx';
import { LogEvents } from '../kit/log-events.tsx';
import { parseLog } from '../kit/log-model.ts';
import { MiddleCut } from '../kit/middle-cut.tsx';

/** The capture log in a wide dialog. */
export function LogDialog({ ref, name, log }: { ref: Ref<HTMLDialogElement>; name: string; log: string }) {
  const lines = useMemo(() => parseLog(log), [log]);
  const title = (
    <>
      <span>Capture log ·</span> <MiddleCut text={name} />
    </>
  );
  return (
    <Dialog ref={ref} className="log-dialog" title={title}>
      <div className="log" key={name}>
        {log.trim() === '' ? (
          <p className="muted">There is no log for this capture.</p>
        ) : (
          <LogEvents
            lines={lines}
            tools={
              <button type="button" className="button small" onClick={() => download(log, name)}>
                Download
              </button>
            }
          />
        )}
      </div>
    </Dialog>
  );
}

function download(log: string, name: string): void {
  const link = document.createElement('a');
  const address = URL.createObjectURL(new Blob([log], { type: 'text/plain' }));
  link.href = address;
  link.download = `${name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 100)}.log`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1_000);
}
