import { useQueryClient } from '@tanstack/react-query';
import { useId } from 'react';
import type { MailChoice } from '../../../../domain/people/membership.ts';
import { api } from '../../api/api.ts';
import { toProblem } from '../../api/problem.ts';
import { useMutation } from '../../api/use-mutation.ts';
import { toast } from '../../frame/toasts.ts';
import { sentenceOf } from '../../states/problem.tsx';
import { FormField } from '../forms/form-field.tsx';

type Chosen = Record<'reviewMail' | 'mentionMail', MailChoice>;

const words: readonly (readonly [MailChoice, string])[] = [
  ['now', 'One mail each'],
  ['digest', 'One mail a day, at 07:00 UTC'],
  ['none', 'No mail'],
];

const subjects: readonly (readonly [keyof Chosen, string, string])[] = [
  [
    'reviewMail',
    'Releases that are ready for review',
    'Of builds that you administer and that send mail. A build with its own address writes there instead.',
  ],
  [
    'mentionMail',
    'What concerns you',
    'Comments that name you, answers to yours, and reviews that you are asked for.',
  ],
];

/** Which mails the person gets. */
export function MyMail({ chosen, hasMail }: { chosen: Chosen; hasMail: boolean }) {
  const id = useId();
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (change: Partial<Chosen>) => api.updateAccount(change),
    onSuccess: async () => {
      toast('Mail saved.');
      await client.invalidateQueries({ queryKey: ['account'] });
    },
    onError: (error: unknown) => toast(sentenceOf(toProblem(error)), { tone: 'problem' }),
  });
  return (
    <section className="panel" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>Mail</h2>
      {subjects.map(([key, label, hint]) => (
        <FormField key={key} id={`${id}-${key}`} label={label} hint={hint}>
          <select
            id={`${id}-${key}`}
            className="field"
            value={(save.isPending ? save.variables[key] : undefined) ?? chosen[key]}
            disabled={save.isPending}
            onChange={(event) => save.mutate({ [key]: event.target.value as MailChoice })}
          >
            {words.map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </FormField>
      ))}
      {!hasMail && <p className="muted text-12">This server sends no mail yet.</p>}
    </section>
  );
}
