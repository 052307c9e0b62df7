import { Fragment } from 'react';
import { CopyField } from '../../../kit/copy-field.tsx';
import type { ApiKey } from '../../api/shapes.ts';

interface CopiedText {
  title: string;
  /** Name of the field. */
  label: string;
  text: string;
}

/** A key that was just created, with its secret. */
export function NewKey({
  apiKey,
  secret,
  advice,
  settings,
}: {
  apiKey: ApiKey;
  secret: string;
  advice: string;
  /** How the key is used. */
  settings: readonly CopiedText[];
}) {
  const texts: readonly CopiedText[] = [
    { title: 'ID', label: 'Key ID', text: apiKey.id },
    { title: 'Secret', label: 'Key secret', text: secret },
    ...settings,
  ];
  return (
    <section className="panel" aria-label="New key">
      <h2>Key “{apiKey.purpose}” is ready</h2>
      <p>{advice}</p>
      <dl className="pairs">
        {texts.map(({ title, label, text }) => (
          <Fragment key={label}>
            <dt>{title}</dt>
            <dd>
              <CopyField label={label} text={text} />
            </dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}
