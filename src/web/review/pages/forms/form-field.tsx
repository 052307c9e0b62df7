import { useId, type ReactNode } from 'react';
import '../pages.css';

/** What ties an input to its label, hint and error. */
export interface FieldInput {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

/** A labelled field of a form, with what is to know of it and what is wrong with it. */
export function FormField({
  label,
  hint,
  error = null,
  children,
}: {
  label: string;
  hint?: string | undefined;
  error?: string | null;
  /** The input, which takes these properties. */
  children: (input: FieldInput) => ReactNode;
}) {
  const id = useId();
  const describedBy = [
    ...(hint === undefined ? [] : [`${id}-hint`]),
    ...(error === null ? [] : [`${id}-error`]),
  ];
  return (
    <div className="form-field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        'aria-describedby': describedBy.length === 0 ? undefined : describedBy.join(' '),
        'aria-invalid': error !== null || undefined,
      })}
      {hint !== undefined && (
        <span id={`${id}-hint`} className="form-hint muted text-12">
          {hint}
        </span>
      )}
      {error !== null && (
        <span id={`${id}-error`} className="form-error text-13" role="alert">
          {error}
        </span>
      )}
    </div>
  );
}
