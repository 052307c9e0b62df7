import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { buildSecretLimits } from '../../../../domain/capture/build-secrets.ts';
import { api } from '../../api/api.ts';
import type { BuildSecret } from '../../api/shapes.ts';
import { useMutation } from '../../api/use-mutation.ts';
import { toast } from '../../frame/toasts.ts';
import { FormEnd } from '../forms/form-end.tsx';
import { formErrors } from '../forms/form-errors.ts';
import { FormField } from '../forms/form-field.tsx';

interface SecretFormProps {
  buildId: number;
  /** Null: a new one. */
  secret: BuildSecret | null;
  onClose: () => void;
}

/** Adds a secret, or replaces one; its value is entered each time. */
export function SecretForm({ buildId, secret, onClose }: SecretFormProps) {
  const client = useQueryClient();
  const [name, setName] = useState(secret?.name ?? '');
  const [value, setValue] = useState('');
  const [origins, setOrigins] = useState((secret?.origins ?? []).join('\n'));
  const list = origins.split(/[\s,]+/).filter((origin) => origin !== '');
  const save = useMutation({
    mutationFn: () => api.setBuildSecret({ buildId, name: name.trim(), value, origins: list }),
    onSuccess: async () => {
      toast(`${name.trim()} is set.`);
      onClose();
      await client.invalidateQueries({ queryKey: ['build', buildId, 'secrets'] });
    },
  });
  const errors = formErrors(save.error, ['name', 'value', 'origins']);
  const isComplete = name.trim() !== '' && value !== '' && list.length > 0;
  return (
    <form
      className="form secret-form"
      aria-label={secret === null ? 'Add a secret' : `Replace ${secret.name}`}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isComplete) save.mutate();
      }}
    >
      {secret === null && (
        <FormField
          label="Name"
          hint="Letters, digits and underscores. One of the same name is replaced."
          error={errors.at('name')}
        >
          {(input) => (
            <input
              {...input}
              className="field mono"
              value={name}
              placeholder="PASSWORD"
              maxLength={buildSecretLimits.nameCharacters}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </FormField>
      )}
      <FormField label="Value" hint="Stored encrypted and never shown." error={errors.at('value')}>
        {(input) => (
          <input
            {...input}
            className="field"
            type="password"
            value={value}
            maxLength={buildSecretLimits.bytes}
            autoComplete="new-password"
            onChange={(event) => setValue(event.target.value)}
          />
        )}
      </FormField>
      <FormField
        label="Origins"
        hint="Scheme, host and port, one per line. It is filled in only in pages and frames of these."
        error={errors.at('origins')}
      >
        {(input) => (
          <textarea
            {...input}
            className="field mono"
            rows={2}
            value={origins}
            placeholder="https://shop.example"
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => setOrigins(event.target.value)}
          />
        )}
      </FormField>
      <FormEnd
        error={errors.other}
        button={secret === null ? 'Add' : 'Replace'}
        canSave={isComplete}
        isSaving={save.isPending}
        onClose={onClose}
      />
    </form>
  );
}
