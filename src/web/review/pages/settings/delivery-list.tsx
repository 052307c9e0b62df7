import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Age } from '../../../kit/age.tsx';
import { toProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import type { Delivery } from '../../api/shapes.ts';
import { sentenceOf } from '../../states/problem.tsx';

const words: Record<Delivery['state'], string> = { waiting: 'Waiting', failed: 'Failed', sent: 'Sent' };
const kinds: Record<Delivery['kind'], string> = { status: 'Status', summary: 'Summary', comment: 'Comment' };

/** What forges were told last, and what waits. Loaded once it is opened. */
export function DeliveryList({ buildId }: { buildId: number }) {
  const [isOpen, setOpen] = useState(false);
  const { data, error } = useQuery({ ...queries.deliveries(buildId), enabled: isOpen });
  return (
    <details className="deliveries text-13" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Deliveries</summary>
      {error !== null && <p className="form-error">{sentenceOf(toProblem(error))}</p>}
      {data?.deliveries.length === 0 && (
        <p className="muted">None yet: the first follows with the next release of a commit.</p>
      )}
      {data !== undefined && data.deliveries.length > 0 && (
        <ul className="delivery-rows">
          {data.deliveries.map((delivery) => (
            <DeliveryRow key={delivery.id} delivery={delivery} buildId={buildId} />
          ))}
        </ul>
      )}
    </details>
  );
}

function DeliveryRow({ delivery, buildId }: { delivery: Delivery; buildId: number }) {
  const { kind, target, repository, release, state, sent, sentAt, dueAt, problem } = delivery;
  const told = state === 'sent' && sent !== null;
  const place = target.startsWith('pull/') ? `#${target.slice('pull/'.length)}` : target.slice(0, 10);
  return (
    <li className="delivery-row">
      <span className="delivery-state" data-state={told ? 'approved' : state}>
        {state === 'sent' && !told ? '–' : words[state]}
      </span>
      <span className="delivery-place">
        {kinds[kind]} of <span className="mono">{place}</span> <span className="muted">{repository}</span>
        {release !== null && (
          <>
            {', '}
            <Link
              to="/release"
              search={{ id: String(buildId), name: release.name, number: String(release.number) }}
            >
              {release.name} #{release.number}
            </Link>
          </>
        )}
        {problem !== null && <span className="delivery-problem">{problem}</span>}
      </span>
      <span className="muted delivery-told">
        {sent !== null && sentAt !== null && (
          <>
            {sent}, <Age at={sentAt} />
          </>
        )}
        {sent === null && state === 'waiting' && dueAt !== null && 'not told yet'}
        {sent === null && state === 'sent' && 'nothing to say'}
      </span>
    </li>
  );
}
