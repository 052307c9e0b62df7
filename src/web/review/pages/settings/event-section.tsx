import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Age } from '../../../kit/age.tsx';
import { Banner } from '../../../kit/banner.tsx';
import { CopyField } from '../../../kit/copy-field.tsx';
import { StateMark } from '../../../kit/state-mark.tsx';
import { api } from '../../api/api.ts';
import { toProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import type { EventEndpoint } from '../../api/shapes.ts';
import { useMutation } from '../../api/use-mutation.ts';
import { toast } from '../../frame/toasts.ts';
import { sentenceOf } from '../../states/problem.tsx';
import { EndpointForm, kindWords, typeWords } from './endpoint-form.tsx';
import { EventList } from './event-list.tsx';
import './forges.css';

const onError = (error: unknown) => toast(sentenceOf(toProblem(error)), { tone: 'problem' });

/** Where a build sends its events. */
export function EventSection({ buildId }: { buildId: number }) {
  const { data, error } = useQuery(queries.eventEndpoints(buildId));
  const [isAdding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const endpoints = data?.endpoints ?? [];
  return (
    <section className="panel" aria-labelledby="events-title">
      <h2 id="events-title">Events</h2>
      <p>Tell other programs, or a channel in Slack or Teams, when a release is ready, decided or failed.</p>
      {error !== null && <p className="form-error text-13">{sentenceOf(toProblem(error))}</p>}
      {secret !== null && <NewSecret secret={secret} onClose={() => setSecret(null)} />}
      {endpoints.map((endpoint) => (
        <Endpoint key={endpoint.id} endpoint={endpoint} onSecret={setSecret} />
      ))}
      {isAdding ? (
        <EndpointForm
          buildId={buildId}
          endpoint={null}
          onClose={() => setAdding(false)}
          onSecret={setSecret}
        />
      ) : (
        <div className="forge-add">
          <button
            type="button"
            className="button"
            disabled={data === undefined}
            onClick={() => setAdding(true)}
          >
            Add an endpoint
          </button>
        </div>
      )}
      {endpoints.length > 0 && <EventList buildId={buildId} />}
    </section>
  );
}

function NewSecret({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <div className="forge-test text-13" role="status">
      <p>This secret signs the events. It is shown only once: store it where they are received.</p>
      <CopyField label="Secret" text={secret} />
      <div className="form-actions line">
        <button type="button" className="button small" onClick={onClose}>
          Stored
        </button>
      </div>
    </div>
  );
}

function Endpoint({
  endpoint,
  onSecret,
}: {
  endpoint: EventEndpoint;
  onSecret: (secret: string | null) => void;
}) {
  const { id: endpointId, buildId, kind, address, types, enabled, problem, oldSecretUntil } = endpoint;
  const key = { buildId, endpointId };
  const [shown, setShown] = useState<'edit' | 'remove' | 'rotate' | null>(null);
  const client = useQueryClient();
  const readAgain = () => client.invalidateQueries({ queryKey: ['build', buildId, 'events'] });
  const test = useMutation({
    mutationFn: () => api.testEventEndpoint(key),
    onSuccess: readAgain,
    onError,
  });
  const turn = useMutation({
    mutationFn: () => api.updateEventEndpoint({ ...key, enabled: !enabled }),
    onSuccess: readAgain,
    onError,
  });
  const rotate = useMutation({
    mutationFn: () => api.rotateEventSecret(key),
    onSuccess: ({ secret }) => {
      setShown(null);
      onSecret(secret);
      return readAgain();
    },
    onError,
  });
  const remove = useMutation({
    mutationFn: () => api.deleteEventEndpoint(key),
    onSuccess: () => {
      toast('The endpoint is removed.');
      return readAgain();
    },
    onError,
  });
  const small = (label: string, onClick: () => void, isBusy = false) => (
    <button type="button" className="button small" disabled={isBusy} onClick={onClick}>
      {label}
    </button>
  );
  const confirm = (label: string, hint: string, onClick: () => void, isBusy: boolean) => (
    <>
      <button type="button" className="button small reject" disabled={isBusy} onClick={onClick}>
        {label}
      </button>
      {small('Cancel', () => setShown(null))}
      <span className="muted text-12">{hint}</span>
    </>
  );
  const isRotating = oldSecretUntil !== null && oldSecretUntil > Date.now();
  return (
    <article className="forge" aria-label={`${kindWords[kind]} ${address}`}>
      <div className="forge-head">
        <strong className="forge-name">
          {kindWords[kind]} <span className="mono">{address}</span>
        </strong>
        {enabled ? (
          <span className="tag text-12" data-tone="good">
            On
          </span>
        ) : problem === null ? (
          <span className="tag muted text-12">Off</span>
        ) : (
          <StateMark state="failed" icon="warning" word="Off" />
        )}
      </div>
      <p className="muted text-13">
        {types.map((type) => typeWords[type]).join(', ')}
        {isRotating && (
          <>
            {'. Both secrets sign until '}
            <Age at={oldSecretUntil} />
          </>
        )}
      </p>
      {!enabled && problem !== null && (
        <Banner isAlert action={small('Turn on', () => turn.mutate(), turn.isPending)}>
          Turned off. {problem}
        </Banner>
      )}
      {test.data !== undefined && (
        <div className="forge-test text-13" role="status">
          <p data-works={test.data.works}>
            {test.data.works ? `The test arrived: status ${test.data.answer}.` : test.data.problem}
          </p>
        </div>
      )}
      {shown === 'edit' ? (
        <EndpointForm
          buildId={buildId}
          endpoint={endpoint}
          onClose={() => setShown(null)}
          onSecret={onSecret}
        />
      ) : (
        <div className="form-actions line">
          {shown === 'remove' &&
            confirm('Remove endpoint', 'With its list of events.', () => remove.mutate(), remove.isPending)}
          {shown === 'rotate' &&
            confirm(
              'Make a new secret',
              'For a day, events are signed with both.',
              () => rotate.mutate(),
              rotate.isPending,
            )}
          {shown === null && (
            <>
              {small(test.isPending ? 'Sending…' : 'Send a test', () => test.mutate(), test.isPending)}
              {small('Change', () => setShown('edit'))}
              {kind === 'webhook' && small('New secret', () => setShown('rotate'))}
              {(enabled || problem === null) &&
                small(enabled ? 'Turn off' : 'Turn on', () => turn.mutate(), turn.isPending)}
              {small('Remove', () => setShown('remove'))}
            </>
          )}
        </div>
      )}
    </article>
  );
}
