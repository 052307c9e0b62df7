import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';
import './message.css';

interface MessageProps {
  icon?: IconName;
  title: string;
  children?: ReactNode;
}

/** A short text in the middle of the page, for empty states and errors. Put buttons into a `<p className="message-actions">`. */
export function Message({ icon, title, children }: MessageProps) {
  return (
    <section className="message-state muted">
      {icon !== undefined && <Icon name={icon} size={20} />}
      <h2>{title}</h2>
      {children}
    </section>
  );
}
