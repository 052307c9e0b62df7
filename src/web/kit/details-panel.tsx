import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import './details-panel.css';

interface DetailsPanelProps {
  id: string;
  isSheet: boolean;
  title?: string;
  /** What else closes it. */
  keys?: string;
  /** Out of the way for a moment; what is written in it stays. */
  isHidden?: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** The details of the open item, in a panel next to it. */
export function DetailsPanel({
  id,
  isSheet,
  title = 'Details',
  keys = 'I',
  isHidden = false,
  onClose,
  children,
}: DetailsPanelProps) {
  return (
    <aside className={isSheet ? 'details sheet' : 'details'} aria-label={title} id={id} hidden={isHidden}>
      <div className="details-head line">
        <h2>{title}</h2>
        <button
          type="button"
          className="tool"
          aria-label={`Close ${title.toLowerCase()}`}
          aria-keyshortcuts={keys}
          title={`Close (${keys})`}
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </div>
      <div className="details-body" tabIndex={-1}>
        {children}
      </div>
    </aside>
  );
}

/** A collapsible section of the details. */
export function Section(props: { title: string; open?: boolean; children: ReactNode }) {
  return (
    <details className="section" open={props.open}>
      <summary>{props.title}</summary>
      <div className="section-body text-13">{props.children}</div>
    </details>
  );
}

/** A list of names and values. */
export function DetailList({ className = '', children }: { className?: string; children: ReactNode }) {
  return <dl className={`detail-list tabular ${className}`}>{children}</dl>;
}

/** @param mono whether the name is a config key */
export function Detail({
  name,
  mono = false,
  children,
}: {
  name: string;
  mono?: boolean;
  children: ReactNode;
}) {
  return (
    <div>
      <dt className={mono ? 'mono' : undefined}>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** A user-supplied address: a link only if it is http or https. */
export function WebAddress({ url }: { url: string }) {
  return /^https?:\/\//i.test(url) ? (
    <a href={url} target="_blank" rel="noreferrer noopener">
      {url}
    </a>
  ) : (
    <code>{url}</code>
  );
}
