import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Age } from '../../../kit/age.tsx';
import { api } from '../../api/api.ts';
import { toProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import type { ListedEvent } from '../../api/shapes.ts';
import { useMutation } from '../../api/use-mutation.ts';
import { toast } from '../../frame/toasts.ts';
import { sentenceOf } from '../../states/problem.tsx';
import { DeliveredRelease, DeliveryList, DeliveryRow } from './delivery-list.tsx';
import { typeWords } from './endpoint-form.tsx';

/** The newest events and what became of them. */
export function EventList({ buildId }: { buildId: number }) {
  const [isOpen, setOpen] = useState(false);
  const { data, error } = useQuery({ ...queries.events(buildId), enabled: isOpen });
  return (
    <DeliveryList
      title="Sent events"
      none="None yet. “Send a test” sends one."
      error={error}
      onToggle={setOpen}
    >
      {data?.events.map((event) => (
        <EventRow key={event.id} event={event} buildId={buildId} />
      ))}
    </DeliveryList>
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
    <DeliveryRow
      state={state}
      problem={state === 'sent' ? null : problem}
      told={
        <>
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
        </>
      }
    >
      {what}
      {release !== null && (
        <>
          {': '}
          <DeliveredRelease buildId={buildId} release={release} />
        </>
      )}{' '}
      <span className="muted">{address}</span>
    </DeliveryRow>
  );
}
