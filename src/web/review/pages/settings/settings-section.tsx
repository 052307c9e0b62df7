import { useQueryClient } from '@tanstack/react-query';
import { useMutation } from '../../api/use-mutation.ts';
import { useEffect, useId, useState } from 'react';
import { api } from '../../api/api.ts';
import { toProblem } from '../../api/problem.ts';
import type { Build } from '../../api/shapes.ts';
import { toast } from '../../frame/toasts.ts';
import { sentenceOf } from '../../states/problem.tsx';

type Values = Record<string, string | boolean>;

type Field = { name: string; label: string; hint?: string } & (
  { kind: 'text'; isRequired?: boolean } | { kind: 'flag' }
);

/** Build settings that are saved together. Input is kept until saved or discarded. */
export function SettingsSection({
  build,
  title,
  hint,
  initial,
  fields,
  mayChange,
}: {
  build: Build;
  title: string;
  hint: string;
  initial: Values;
  fields: readonly Field[];
  mayChange: boolean;
}) {
  const [changed, setChanged] = useState<Values>({});
  const values = { ...initial, ...changed };
  const names = Object.keys(initial).filter((name) => values[name] !== initial[name]);
  const isUnsaved = names.length > 0;
  const client = useQueryClient();
  const id = useId();
  const save = useMutation({
    mutationFn: () =>
      api.updateBuild({
        buildId: build.id,
        ...Object.fromEntries(names.map((name) => [name, values[name]])),
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['build', build.id] });
      void client.invalidateQueries({ queryKey: ['builds'] });
      setChanged({});
      toast(`${title} saved.`);
    },
  });
  useEffect(() => {
    if (!isUnsaved) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isUnsaved]);
  const error = save.error === null ? null : sentenceOf(toProblem(save.error));
  const change = (name: string, value: string | boolean) => {
    if (save.error !== null) save.reset();
    setChanged({ ...changed, [name]: value });
  };
  const isIncomplete = fields.some(
    (field) => field.kind === 'text' && field.isRequired === true && String(values[field.name]).trim() === '',
  );

  return (
    <form
      className="panel"
      aria-labelledby={`${id}-title`}
      onSubmit={(event) => {
        event.preventDefault();
        if (isUnsaved && !isIncomplete) save.mutate();
      }}
    >
      <h2 id={`${id}-title`}>{title}</h2>
      <p>{hint}</p>
      <div className="form">
        {fields.map((field) =>
          field.kind === 'flag' ? (
            <label key={field.name} className="choice text-13">
              <input
                type="checkbox"
                checked={values[field.name] === true}
                disabled={!mayChange}
                onChange={(event) => change(field.name, event.target.checked)}
              />
              {field.label}
              {field.hint !== undefined && <span className="form-hint muted text-12">{field.hint}</span>}
            </label>
          ) : (
            <div key={field.name} className="form-field">
              <label htmlFor={`${id}-${field.name}`}>{field.label}</label>
              <input
                id={`${id}-${field.name}`}
                className="field"
                value={String(values[field.name])}
                maxLength={255}
                disabled={!mayChange}
                autoComplete="off"
                aria-describedby={field.hint === undefined ? undefined : `${id}-${field.name}-hint`}
                onChange={(event) => change(field.name, event.target.value)}
              />
              {field.hint !== undefined && (
                <span id={`${id}-${field.name}-hint`} className="form-hint muted text-12">
                  {field.hint}
                </span>
              )}
            </div>
          ),
        )}
        {error !== null && (
          <p className="form-error text-13" role="alert">
            Not saved: {error}
          </p>
        )}
        {mayChange && (
          <div className="form-actions line">
            <button className="button primary" disabled={!isUnsaved || isIncomplete || save.isPending}>
              {save.isPending ? 'Saving…' : 'Save'}
            </button>
            {isUnsaved && (
              <>
                <button type="button" className="button" onClick={() => setChanged({})}>
                  Discard changes
                </button>
                <span className="unsaved text-12" role="status">
                  ● Unsaved changes
                </span>
              </>
            )}
          </div>
        )}
      </div>
    </form>
  );
}
