import { useQueryClient } from '@tanstack/react-query';
import { useId, useState, type ReactNode } from 'react';
import { buildSecretLimits } from '../../../../domain/capture/build-secrets.ts';
import { api } from '../../api/api.ts';
import { toProblem } from '../../api/problem.ts';
import type { BuildSecret } from '../../api/shapes.ts';
import { useMutation } from '../../api/use-mutation.ts';
import { toast } from '../../frame/toasts.ts';
import { sentenceOf } from '../../states/problem.tsx';

interface SecretFormProps {
  buildId: number;
  /** Null: a new one. */
  secret: BuildSecret | null;
  onClose: () => void;
}

/** Adds a secret, or replaces one; its value is entered each time. */
export function SecretForm({ buildId, secret, onClose }: SecretFormProps) {
  const id = useId();
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
  const problem = save.error === null ? null : toProblem(save.error);
  const parameter = String(problem?.details['parameter']);
  const field = (of: string, label: string, input: ReactNode, hint: string) => (
    <div className="form-field">
      <label htmlFor={`${id}-${of}`}>{label}</label>
      {input}
      <span className="form-hint muted text-12">{hint}</span>
      {problem !== null && parameter === of && (
        <span className="form-error text-13" role="alert">
          {sentenceOf(problem)}
        </span>
      )}
    </div>
  );
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
      {secret === null &&
        field(
          'name',
          'Name',
          <input
            id={`${id}-name`}
            className="field mono"
            value={name}
            placeholder="PASSWORD"
            maxLength={buildSecretLimits.nameCharacters}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setName(event.target.value)}
          />,
          'Letters, digits and underscores. One of the same name is replaced.',
        )}
      {field(
        'value',
        'Value',
        <input
          id={`${id}-value`}
          className="field"
          type="password"
          value={value}
          maxLength={buildSecretLimits.bytes}
          autoComplete="new-password"
          onChange={(event) => setValue(event.target.value)}
        />,
        'Stored encrypted and never shown.',
      )}
      {field(
        'origins',
        'Origins',
        <textarea
          id={`${id}-origins`}
          className="field mono"
          rows={2}
          value={origins}
          placeholder="https://shop.example"
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setOrigins(event.target.value)}
        />,
        'Scheme, host and port, one per line. It is filled in only in pages and frames of these.',
      )}
      {problem !== null && !['name', 'value', 'origins'].includes(parameter) && (
        <p className="form-error text-13" role="alert">
          Not saved: {sentenceOf(problem)}
        </p>
      )}
      <div className="form-actions line">
        <button className="button primary" disabled={!isComplete || save.isPending}>
          {save.isPending ? 'Saving…' : secret === null ? 'Add' : 'Replace'}
        </button>
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </form>
  );
}
