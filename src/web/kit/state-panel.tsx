import { useId, type ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';
import { plural } from './format.ts';
import { LogLines } from './log-lines.tsx';
import type { LogLine } from './log-model.ts';
import './state-panel.css';

interface StatePanelProps {
  className?: string;
  /** Colour of the heading: one of those in states.css. */
  state: 'failed' | 'waiting';
  icon: IconName;
  title: string;
  children: ReactNode;
}

/** Over the images or in their place: why there is no result, and what to do. */
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

/** The end of a log, with how long it is; nothing for an empty one. */
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
