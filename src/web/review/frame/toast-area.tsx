import { useEffect, useEffectEvent, useState } from 'react';
import { Announcer } from '../../kit/announcer.tsx';
import { Icon } from '../../kit/icon.tsx';
import { dismissToast, useAssertive, useToasts, type Toast } from './toasts.ts';

const stayMs = 10_000;

/** Toasts and the two live regions. Exactly one on a page. */
export function ToastArea() {
  const toasts = useToasts();
  const assertive = useAssertive();
  return (
    <>
      <Announcer />
      <div role="alert" className="visually-hidden">
        {assertive}
      </div>
      <div className="toasts" role="region" aria-label="Messages">
        {toasts.map((toast) => (
          <ToastCard key={toast.id} toast={toast} />
        ))}
      </div>
    </>
  );
}

function ToastCard({ toast }: { toast: Toast }) {
  const { id, text, tone, action } = toast;
  const [isHeld, setHeld] = useState(false);
  const end = useEffectEvent(() => dismissToast(id));
  useEffect(() => {
    if (isHeld || tone === 'problem') return;
    const timer = setTimeout(() => end(), stayMs);
    return () => clearTimeout(timer);
  }, [isHeld, tone]);
  return (
    <div
      className="toast-card line text-13"
      data-tone={tone}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      {tone === 'problem' && <Icon name="warning" />}
      <span className="toast-text grow">{text}</span>
      {action !== null && (
        <button
          type="button"
          className="toast-action"
          onClick={() => {
            dismissToast(id);
            action.run();
          }}
        >
          {action.label}
        </button>
      )}
      <button
        type="button"
        className="toast-close"
        aria-label="Close message"
        onClick={() => dismissToast(id)}
      >
        <Icon name="close" size={12} />
      </button>
    </div>
  );
}
