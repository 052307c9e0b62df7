import { useId, type ReactNode } from 'react';
import { snakeName } from '../../../../contract/letter-case.ts';
import '../pages.css';
import { focusOnMount } from '../../../kit/focus-on-mount.ts';
import { formErrors } from '../forms/form-errors.ts';
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

/** A few fields and one button. An error appears at its field, else above the button; input is kept. */
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
  const errors = formErrors(
    error,
    fields.map(({ name }) => snakeName(name)),
  );
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
        <FormField key={name} label={label} hint={hint} error={errors.at(snakeName(name))}>
          {(input) => (
            <input
              {...input}
              name={name}
              type={type}
              className="field"
              required
              ref={index === 0 ? focusOnMount : undefined}
              {...rest}
            />
          )}
        </FormField>
      ))}
      {children}
      {errors.other !== null && (
        <p className="form-error text-13" role="alert">
          {errors.other}
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
