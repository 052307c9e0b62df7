import { useId, useState, type ReactNode } from 'react';
import { toProblem } from '../../api/problem.ts';
import { useMutation } from '../../api/use-mutation.ts';
import { sentenceOf } from '../../states/problem.tsx';
import './keys.css';

/** Creates an API key for a purpose. */
export function CreateKey<Created>({
  example,
  create,
  onCreated,
  children,
}: {
  /** A purpose that someone might enter. */
  example: string;
  create: (purpose: string) => Promise<Created>;
  onCreated: (created: Created) => void;
  /** Between the purpose and the button. */
  children?: ReactNode;
}) {
  const [purpose, setPurpose] = useState('');
  const id = useId();
  const creation = useMutation({
    mutationFn: () => create(purpose.trim()),
    onSuccess: (created) => {
      setPurpose('');
      onCreated(created);
    },
  });
  return (
    <form
      className="key-form"
      onSubmit={(event) => {
        event.preventDefault();
        creation.mutate();
      }}
    >
      <label htmlFor={id}>What is the key for?</label>
      <input
        id={id}
        className="field"
        value={purpose}
        maxLength={255}
        placeholder={`e.g. ${example}`}
        autoComplete="off"
        onChange={(event) => setPurpose(event.target.value)}
      />
      {children}
      <button className="button primary" disabled={purpose.trim() === '' || creation.isPending}>
        Create key
      </button>
      {creation.error !== null && (
        <p className="form-error text-13" role="alert">
          {sentenceOf(toProblem(creation.error))}
        </p>
      )}
    </form>
  );
}
