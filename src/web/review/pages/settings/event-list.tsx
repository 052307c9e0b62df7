import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Age } from '../../../kit/age.tsx';
import { api } from '../../api/api.ts';
import { toProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import type { ListedEvent } from '../../api/shapes.ts';
import { useMutation } from '../../api/use-mutation.ts';
import { toast } from '../../frame/toasts.ts';
import { sentenceOf } from '../../states/problem.tsx';
import { typeWords } from './endpoint-form.tsx';

const words: Record<ListedEvent['state'], string> = { waiting: 'Waiting', failed: 'Failed', sent: 'Sent' };

/** The newest events and what became of them. Loaded once it is opened. */
export function EventList({ buildId }: { buildId: number }) {
  const [isOpen, setOpen] = useState(false);
  const { data, error } = useQuery({ ...queries.events(buildId), enabled: isOpen });
  return (
    <details className="deliveries text-13" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Sent events</summary>
      {error !== null && <p className="form-error">{sentenceOf(toProblem(error))}</p>}
      {data?.events.length === 0 && <p className="muted">None yet. “Send a test” sends one.</p>}
      {data !== undefined && data.events.length > 0 && (
        <ul className="delivery-rows">
          {data.events.map((event) => (
            <EventRow key={event.id} event={event} buildId={buildId} />
          ))}
        </ul>
      )}
    </details>
  );
}

function EventRow({ event, buildId }: { event: ListedEvent; buildId: number }) {
  const { id: deliveryId, type, release, state, address, createdAt, attempts, problem } = event;
  const client = useQueryClient();
  const again = useMutation({
    mutationFn: () => api.sendEventAgain({ buildId, deliveryId }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['build', buildId, 'events'] }),
    onError: (error: unknown) => toast(sentenceOf(toProblem(error)), { tone: 'problem' }),
  });
  const what = `${typeWords[type][0]!.toUpperCase()}${typeWords[type].slice(1)}`;
  return (
    <li className="delivery-row">
      <span className="delivery-state" data-state={state === 'sent' ? 'approved' : state}>
        {words[state]}
      </span>
      <span className="delivery-place">
        {what}
        {release !== null && (
          <>
            {': '}
            <Link
              to="/release"
              search={{ id: String(buildId), name: release.name, number: String(release.number) }}
            >
              {release.name} #{release.number}
            </Link>
          </>
        )}{' '}
        <span className="muted">{address}</span>
        {problem !== null && state !== 'sent' && <span className="delivery-problem">{problem}</span>}
      </span>
      <span className="muted delivery-told">
        <Age at={createdAt} />
        {attempts > 1 && `, ${attempts} attempts`}{' '}
        <button
          type="button"
          className="button small"
          disabled={again.isPending}
          aria-label={`Send again: ${what}${release === null ? '' : ` of ${release.name} #${release.number}`}`}
          onClick={() => again.mutate()}
        >
          Send again
        </button>
      </span>
    </li>
  );
}
