import type { ReactNode } from 'react';
import '../pages.css';

/** A labelled field of a form, with what is to know of it and what is wrong with it. */
export function FormField({
  id,
  label,
  hint,
  error = null,
  children,
}: {
  /** That of the input; its hint is `ID-hint`, its error `ID-error`. */
  id: string;
  label: string;
  hint?: string | undefined;
  error?: string | null;
  /** The input. */
  children: ReactNode;
}) {
  return (
    <div className="form-field">
      <label htmlFor={id}>{label}</label>
      {children}
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
