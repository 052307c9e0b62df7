import { useId, type ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';
import { plural } from './format.ts';
import { LogLines } from './log-lines.tsx';
import type { LogLine } from './log-model.ts';
import './state-panel.css';

interface StatePanelProps {
  className?: string;
  /** State from states.css; sets the heading's color. */
  state: 'failed' | 'waiting';
  icon: IconName;
  title: string;
  children: ReactNode;
}

/** Shown over or instead of the images: why there is no result, and what to do. */
export function StatePanel({ className = '', state, icon, title, children }: StatePanelProps) {
  const titleId = useId();
  return (
    <section className={`state-panel ${className}`} data-state={state} aria-labelledby={titleId}>
      <h2 id={titleId}>
        <Icon name={icon} />
        {title}
      </h2>
      {children}
    </section>
  );
}

const lastLines = 20;

/** The end of a log and its length; renders nothing if empty. */
export function LogTail({ lines, label }: { lines: readonly LogLine[]; label: string }) {
  if (lines.length === 0) return null;
  return (
    <>
      <h3>
        {lines.length > lastLines
          ? `The last ${lastLines} of ${plural(lines.length, 'line')} of its log`
          : 'Its log'}
      </h3>
      <LogLines lines={lines.slice(-lastLines)} label={label} />
    </>
  );
}
