import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { endpointKinds, eventTypes, maxAddressLength } from '../../../../domain/events/event.ts';
import type { EndpointKind, EventType, SentType } from '../../../../domain/events/event.ts';
import { api } from '../../api/api.ts';
import type { EventEndpoint } from '../../api/shapes.ts';
import { useMutation } from '../../api/use-mutation.ts';
import { toast } from '../../frame/toasts.ts';
import { FormEnd } from '../forms/form-end.tsx';
import { formErrors } from '../forms/form-errors.ts';
import { FormField } from '../forms/form-field.tsx';

export const kindWords: Record<EndpointKind, string> = {
  webhook: 'Webhook',
  slack: 'Slack',
  teams: 'Teams',
};

export const typeWords: Record<SentType, string> = {
  'release.ready': 'ready for review',
  'release.decided': 'decided',
  'release.failed': 'failed',
  'release.baseline_changed': 'compared with other baselines',
  'comment.created': 'commented on',
  'review.requested': 'asked to be reviewed',
  'endpoint.test': 'test',
};

const addressHints: Record<EndpointKind, string> = {
  webhook: 'Where your program receives signed events, as Standard Webhooks describes.',
  slack: 'The address of an incoming webhook of Slack. Stored encrypted and never shown in full.',
  teams:
    'The address of a workflow in Teams that posts to a channel when a webhook request is received. Stored encrypted and never shown in full.',
};

/** Adds an endpoint, or changes one. */
export function EndpointForm({
  buildId,
  endpoint,
  onClose,
  onSecret,
}: {
  buildId: number;
  /** Null: a new one. */
  endpoint: EventEndpoint | null;
  onClose: () => void;
  /** With the secret of a new webhook, which is shown once. */
  onSecret: (secret: string | null) => void;
}) {
  const client = useQueryClient();
  const [kind, setKind] = useState<EndpointKind>(endpoint?.kind ?? 'webhook');
  const [address, setAddress] = useState('');
  const [types, setTypes] = useState<readonly EventType[]>(endpoint?.types ?? eventTypes);
  const save = useMutation({
    mutationFn: async () => {
      if (endpoint === null) {
        return (await api.createEventEndpoint({ buildId, kind, address: address.trim(), types: [...types] }))
          .secret;
      }
      const changed = address.trim() === '' ? {} : { address: address.trim() };
      await api.updateEventEndpoint({ buildId, endpointId: endpoint.id, types: [...types], ...changed });
      return null;
    },
    onSuccess: async (secret) => {
      toast(endpoint === null ? 'The endpoint is added.' : 'The endpoint is changed.');
      if (secret !== null) onSecret(secret);
      onClose();
      await client.invalidateQueries({ queryKey: ['build', buildId, 'events'] });
    },
  });
  const errors = formErrors(save.error, ['kind', 'address']);
  const isComplete = (endpoint !== null || address.trim() !== '') && types.length > 0;
  return (
    <form
      className="form forge-form"
      aria-label={endpoint === null ? 'Add an endpoint' : 'Change the endpoint'}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isComplete) save.mutate();
      }}
    >
      {endpoint === null && (
        <FormField label="Kind" error={errors.at('kind')}>
          {(input) => (
            <select
              {...input}
              className="field"
              value={kind}
              onChange={(event) => setKind(event.target.value as EndpointKind)}
            >
              {endpointKinds.map((of) => (
                <option key={of} value={of}>
                  {kindWords[of]}
                </option>
              ))}
            </select>
          )}
        </FormField>
      )}
      <FormField label="Address" hint={addressHints[kind]} error={errors.at('address')}>
        {(input) => (
          <input
            {...input}
            className="field"
            value={address}
            placeholder={endpoint === null ? 'https://' : 'Unchanged'}
            maxLength={maxAddressLength}
            autoComplete="off"
            onChange={(event) => setAddress(event.target.value)}
          />
        )}
      </FormField>
      <fieldset className="event-types">
        <legend>A release is</legend>
        {eventTypes.map((type) => (
          <label key={type} className="choice text-13">
            <input
              type="checkbox"
              checked={types.includes(type)}
              onChange={({ target }) =>
                setTypes(eventTypes.filter((of) => (of === type ? target.checked : types.includes(of))))
              }
            />
            {typeWords[type]}
          </label>
        ))}
      </fieldset>
      <FormEnd
        error={errors.other}
        button={endpoint === null ? 'Add' : 'Save'}
        canSave={isComplete}
        isSaving={save.isPending}
        onClose={onClose}
      />
    </form>
  );
}
