import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { releaseSearch } from '../../address/addresses.ts';
import { toProblem } from '../../api/problem.ts';
import type { Delivery } from '../../api/shapes.ts';
import { sentenceOf } from '../../states/problem.tsx';
import './forges.css';

/** What was told to others last, and what waits. Loaded once it is opened. */
export function DeliveryList({
  title,
  none,
  error,
  onToggle,
  children,
}: {
  title: string;
  /** Says that nothing was delivered yet. */
  none: string;
  error: Error | null;
  onToggle: (isOpen: boolean) => void;
  /** The rows; undefined: not loaded yet. */
  children: readonly ReactNode[] | undefined;
}) {
  return (
    <details className="deliveries text-13" onToggle={(event) => onToggle(event.currentTarget.open)}>
      <summary>{title}</summary>
      {error !== null && <p className="form-error">{sentenceOf(toProblem(error))}</p>}
      {children?.length === 0 && <p className="muted">{none}</p>}
      {children !== undefined && children.length > 0 && <ul className="delivery-rows">{children}</ul>}
    </details>
  );
}

type State = Delivery['state'];

const words: Record<State, string> = { waiting: 'Waiting', failed: 'Failed', sent: 'Sent' };

/** One delivery: its state, what it says, what is wrong with it, and when it was told. */
export function DeliveryRow({
  state,
  isTold = state === 'sent',
  problem,
  told,
  children,
}: {
  state: State;
  /** False: it is done, and there was nothing to say. */
  isTold?: boolean;
  problem: string | null;
  told: ReactNode;
  children: ReactNode;
}) {
  return (
    <li className="delivery-row">
      <span className="delivery-state" data-state={isTold ? 'approved' : state}>
        {state === 'sent' && !isTold ? '–' : words[state]}
      </span>
      <span className="delivery-place">
        {children}
        {problem !== null && <span className="delivery-problem">{problem}</span>}
      </span>
      <span className="muted delivery-told">{told}</span>
    </li>
  );
}

/** The release that a delivery is about. */
export function DeliveredRelease({
  buildId,
  release: { name, number },
}: {
  buildId: number;
  release: { name: string; number: number };
}) {
  return (
    <Link to="/release" search={releaseSearch({ buildId, name, number })}>
      {name} #{number}
    </Link>
  );
}
