import { useId, type ReactNode } from 'react';
import { toProblem } from '../../api/problem.ts';
import { sentenceOf } from '../../states/problem.tsx';
import '../pages.css';
import { focusOnMount } from '../../../kit/focus-on-mount.ts';
import { FormField } from '../forms/form-field.tsx';
import './people.css';

export interface EntryField {
  name: string;
  label: string;
  type?: 'text' | 'email' | 'password';
  autoComplete: string;
  hint?: string;
  minLength?: number;
  maxLength?: number;
}

/** A centered column: heading, introduction, form, and extras. */
export function EntryColumn({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className="entry" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

/** A few fields and one button. Errors appear above the button; input is kept. */
export function EntryForm({
  fields,
  button,
  isBusy,
  error,
  onSubmit,
  children,
}: {
  fields: readonly EntryField[];
  button: string;
  isBusy: boolean;
  error: unknown;
  onSubmit: (values: Record<string, string>) => void;
  /** Between the fields and the button. */
  children?: ReactNode;
}) {
  const id = useId();
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        const data = new FormData(event.currentTarget);
        onSubmit(Object.fromEntries(fields.map(({ name }) => [name, textOf(data.get(name))])));
      }}
    >
      {fields.map(({ name, label, hint, type = 'text', ...rest }, index) => (
        <FormField key={name} id={`${id}-${name}`} label={label} hint={hint}>
          <input
            id={`${id}-${name}`}
            name={name}
            type={type}
            className="field"
            required
            ref={index === 0 ? focusOnMount : undefined}
            aria-describedby={hint === undefined ? undefined : `${id}-${name}-hint`}
            {...rest}
          />
        </FormField>
      ))}
      {children}
      {error !== null && (
        <p className="form-error text-13" role="alert">
          {sentenceOf(toProblem(error))}
        </p>
      )}
      <button className="button primary entry-button" disabled={isBusy}>
        {button}
      </button>
    </form>
  );
}

function textOf(value: FormDataEntryValue | null): string {
  return typeof value === 'string' ? value : '';
}

export const passwordField: EntryField = {
  name: 'password',
  label: 'Password',
  type: 'password',
  autoComplete: 'new-password',
  hint: 'At least 10 characters.',
  minLength: 10,
  maxLength: 128,
};
