import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import './capture-notice.css';

interface CaptureNoticeProps {
  /** Its class, too. */
  kind: 'incomplete' | 'capture-warnings';
  /** Label of the capture; empty if there is only one. */
  of: '' | 'Baseline';
  title: string;
  /** Whether its list is unfolded at first. */
  isOpen: boolean;
  /** Name of the list. */
  label: string;
  /** Its items. */
  children: ReactNode;
}

/** Something to know about a capture, with a list to unfold. */
export function CaptureNotice({ kind, of, title, isOpen, label, children }: CaptureNoticeProps) {
  return (
    <details className={`capture-notice ${kind}`} open={isOpen}>
      <summary>
        <Icon name="warning" size={14} />
        <span>
          {of === '' ? '' : `${of}: `}
          {title}
        </span>
      </summary>
      {/* Focusable, because it may scroll. */}
      <ul tabIndex={0} aria-label={label}>
        {children}
      </ul>
    </details>
  );
}
