import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Age } from '../../../kit/age.tsx';
import { queries } from '../../api/queries.ts';
import type { Delivery } from '../../api/shapes.ts';
import { DeliveredRelease, DeliveryList, DeliveryRow } from './delivery-list.tsx';

const kinds: Record<Delivery['kind'], string> = { status: 'Status', summary: 'Summary', comment: 'Comment' };

/** What forges were told last, and what waits. */
export function ForgeDeliveries({ buildId }: { buildId: number }) {
  const [isOpen, setOpen] = useState(false);
  const { data, error } = useQuery({ ...queries.deliveries(buildId), enabled: isOpen });
  return (
    <DeliveryList
      title="Deliveries"
      none="None yet: the first follows with the next release of a commit."
      error={error}
      onToggle={setOpen}
    >
      {data?.deliveries.map((delivery) => (
        <ForgeDelivery key={delivery.id} delivery={delivery} buildId={buildId} />
      ))}
    </DeliveryList>
  );
}

function ForgeDelivery({ delivery, buildId }: { delivery: Delivery; buildId: number }) {
  const { kind, target, repository, release, state, sent, sentAt, dueAt, problem } = delivery;
  const place = target.startsWith('pull/') ? `#${target.slice('pull/'.length)}` : target.slice(0, 10);
  return (
    <DeliveryRow
      state={state}
      isTold={state === 'sent' && sent !== null}
      problem={problem}
      told={
        <>
          {sent !== null && sentAt !== null && (
            <>
              {sent}, <Age at={sentAt} />
            </>
          )}
          {sent === null && state === 'waiting' && dueAt !== null && 'not told yet'}
          {sent === null && state === 'sent' && 'nothing to say'}
        </>
      }
    >
      {kinds[kind]} of <span className="mono">{place}</span> <span className="muted">{repository}</span>
      {release !== null && (
        <>
          {', '}
          <DeliveredRelease buildId={buildId} release={release} />
        </>
      )}
    </DeliveryRow>
  );
}
