import type { ReactNode } from 'react';

/** Parts of one kind. */
export function SampleGroup({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section id={id} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** One part in its states; named after its file. */
export function Sample({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="sample">
      <h3 className="mono muted">{name}</h3>
      <div className="sample-states">{children}</div>
    </div>
  );
}
