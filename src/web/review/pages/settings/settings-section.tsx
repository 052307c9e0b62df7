import { useQueryClient } from '@tanstack/react-query';
import { useMutation } from '../../api/use-mutation.ts';
import { useEffect, useId, useState, type ReactNode } from 'react';
import { snakeName } from '../../../../contract/letter-case.ts';
import { api } from '../../api/api.ts';
import type { Build } from '../../api/shapes.ts';
import { toast } from '../../frame/toasts.ts';
import { NotSaved, SaveActions } from '../forms/form-end.tsx';
import { formErrors } from '../forms/form-errors.ts';
import { FormField, type FieldInput } from '../forms/form-field.tsx';

export type Values = Record<string, string | boolean>;

export type Field = { name: string; label: string; hint?: string } & (
  | { kind: 'text'; isRequired?: boolean }
  | { kind: 'flag' }
  | { kind: 'choice'; options: readonly (readonly [value: string, words: string])[] }
  | { kind: 'number'; unit: string; min: number; max: number }
  /** Lines of text, sent as a list. */
  | { kind: 'lines' }
);

/** Build settings that are saved together. Input is kept until saved or discarded. */
export function SettingsSection({
  build,
  title,
  hint,
  initial,
  fields,
  mayChange,
  children,
}: {
  build: Build;
  title: string;
  hint: string;
  initial: Values;
  fields: readonly Field[];
  mayChange: boolean;
  /** Below the fields, from what they say now. */
  children?: ((values: Values) => ReactNode) | undefined;
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
        ...Object.fromEntries(
          names.map((name) => [name, sentValue(fieldNamed(fields, name), values[name]!)]),
        ),
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
  const errors = formErrors(
    save.error,
    fields.map(({ name }) => snakeName(name)),
  );
  const errorAt = ({ name }: Field) => errors.at(snakeName(name));
  const change = (name: string, value: string | boolean) => {
    if (save.error !== null) save.reset();
    setChanged({ ...changed, [name]: value });
  };
  const isIncomplete = fields.some((field) => !isFilled(field, values[field.name]!));

  return (
    <form
      className="panel"
      noValidate
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
            <FormField
              key={field.name}
              label={field.label}
              hint={field.hint}
              error={refusalOf(errorAt(field), field)}
            >
              {(input) => (
                <Input
                  field={field}
                  input={input}
                  value={String(values[field.name])}
                  isDisabled={!mayChange}
                  onChange={(value) => change(field.name, value)}
                />
              )}
            </FormField>
          ),
        )}
        {children?.(values)}
        <NotSaved error={errors.other} />
        {mayChange && (
          <SaveActions button="Save" canSave={isUnsaved && !isIncomplete} isSaving={save.isPending}>
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
          </SaveActions>
        )}
      </div>
    </form>
  );
}

function Input({
  field,
  input,
  value,
  isDisabled,
  onChange,
}: {
  field: Field;
  input: FieldInput;
  value: string;
  isDisabled: boolean;
  onChange: (value: string) => void;
}) {
  const common = { ...input, value, disabled: isDisabled };
  switch (field.kind) {
    case 'choice':
      return (
        <select {...common} className="field" onChange={(event) => onChange(event.target.value)}>
          {field.options.map(([option, words]) => (
            <option key={option} value={option}>
              {words}
            </option>
          ))}
        </select>
      );
    case 'number':
      return (
        <span className="form-number line">
          <input
            {...common}
            className="field"
            type="number"
            min={field.min}
            max={field.max}
            onChange={(event) => onChange(event.target.value)}
          />
          <span className="muted text-13">{field.unit}</span>
        </span>
      );
    case 'lines':
      return (
        <textarea
          {...common}
          className="field mono"
          rows={Math.min(8, Math.max(3, value.split('\n').length))}
          spellCheck={false}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    default:
      return (
        <input
          {...common}
          className="field"
          maxLength={255}
          autoComplete="off"
          onChange={(event) => onChange(event.target.value)}
        />
      );
  }
}

function fieldNamed(fields: readonly Field[], name: string): Field {
  return fields.find((field) => field.name === name)!;
}

function sentValue({ kind }: Field, value: string | boolean): unknown {
  if (kind === 'number') return Number(value);
  return kind === 'lines' ? linesOf(String(value)) : value;
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Whether the value can be sent. */
export function isFilled(field: Field, value: string | boolean): boolean {
  switch (field.kind) {
    case 'text':
      return field.isRequired !== true || String(value).trim() !== '';
    case 'number':
      return /^\d+$/.test(String(value));
    case 'lines':
      return linesOf(String(value)).length > 0;
    default:
      return true;
  }
}

/** What stands at a field: the server's sentence without the wire name of the field. */
function refusalOf(sentence: string | null, { name }: Field): string | null {
  if (sentence === null) return null;
  const subject = `${snakeName(name)} `;
  return `Not saved: ${sentence.startsWith(subject) ? `it ${sentence.slice(subject.length)}` : sentence}`;
}
