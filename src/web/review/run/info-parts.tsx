import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { RunsSearch } from './list-search.ts';

/** A part of the details that can be folded. */
export function Section(props: { title: string; open?: boolean; children: ReactNode }) {
  return (
    <details className="info-section" open={props.open}>
      <summary>{props.title}</summary>
      <div className="info-section-body">{props.children}</div>
    </details>
  );
}

/** Names and figures. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className="info-facts tabular">{children}</dl>;
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The pages about one side of a run, as far as there is something on them. */
export function Links(props: {
  run: string;
  search: RunsSearch;
  type: 'before' | 'diff' | 'after';
  hasLog: boolean;
  hasPicture: boolean;
  hasConfig?: boolean;
}) {
  const search = { ...props.search, test: props.run, type: props.type } as never;
  if (!props.hasLog && !props.hasPicture && props.hasConfig !== true) return null;
  return (
    <p className="info-links">
      {props.hasPicture && (
        <Link to="/image" search={search}>
          Picture
        </Link>
      )}
      {props.hasLog && (
        <Link to="/log" search={search}>
          Log
        </Link>
      )}
      {props.hasConfig === true && (
        <Link to="/config" search={search}>
          Config
        </Link>
      )}
    </p>
  );
}
