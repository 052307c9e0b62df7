import { useQueryClient } from '@tanstack/react-query';
import { useId } from 'react';
import type { MailChoice } from '../../../../domain/people/membership.ts';
import { api, type Answer } from '../../api/api.ts';
import { toProblem } from '../../api/problem.ts';
import { useMutation } from '../../api/use-mutation.ts';
import { toast } from '../../frame/toasts.ts';
import { sentenceOf } from '../../states/problem.tsx';
import { FormField } from '../forms/form-field.tsx';

type Chosen = Record<'reviewMail' | 'mentionMail', MailChoice>;

type OfBuild = Answer<'describeAccount'>['roles'][number];

const words: readonly (readonly [MailChoice, string])[] = [
  ['now', 'One mail each'],
  ['digest', 'One mail a day, at 07:00 UTC'],
  ['none', 'No mail'],
];

const subjects: readonly (readonly [keyof Chosen, string, string])[] = [
  [
    'reviewMail',
    'Releases that are ready for review',
    'Of builds that you administer. A build with its own address writes there instead.',
  ],
  [
    'mentionMail',
    'What concerns you',
    'Comments that name you, answers to yours, and reviews that you are asked for.',
  ],
];

/** Which mails the person gets. */
export function MyMail({
  chosen,
  roles,
  hasMail,
}: {
  chosen: Chosen;
  roles: readonly OfBuild[];
  hasMail: boolean;
}) {
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
      <div className="form">
        {subjects.map(([key, label, hint]) => (
          <FormField key={key} label={label} hint={hint}>
            {(input) => (
              <select
                {...input}
                className="field"
                value={(save.isPending ? save.variables[key] : undefined) ?? chosen[key]}
                disabled={save.isPending}
                onChange={(event) => save.mutate({ [key]: event.target.value as MailChoice })}
              >
                <Words />
              </select>
            )}
          </FormField>
        ))}
      </div>
      {roles.length > 0 && <BuildMails roles={roles} />}
      {!hasMail && <p className="muted text-12">This server sends no mail yet.</p>}
    </section>
  );
}

/** Releases of one build, where that differs. */
function BuildMails({ roles }: { roles: readonly OfBuild[] }) {
  const id = useId();
  return (
    <fieldset className="mail-builds">
      <legend>Releases of one build</legend>
      <p id={`${id}-hint`} className="form-hint muted text-12">
        You get this mail even if the build writes to its own address.
      </p>
      {roles.map((of) => (
        <BuildMail key={of.buildId} of={of} describedBy={`${id}-hint`} />
      ))}
    </fieldset>
  );
}

function BuildMail({ of, describedBy }: { of: OfBuild; describedBy: string }) {
  const id = useId();
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (reviewMail: MailChoice | 'default') =>
      api.chooseBuildMail({ buildId: of.buildId, reviewMail }),
    onSuccess: async () => {
      toast('Mail saved.');
      await client.invalidateQueries({ queryKey: ['account'] });
    },
    onError: (error: unknown) => toast(sentenceOf(toProblem(error)), { tone: 'problem' }),
  });
  const chosen = (save.isPending ? save.variables : of.reviewMail) ?? 'default';
  return (
    <div className="mail-build">
      <label htmlFor={id}>
        <bdi>{of.buildName}</bdi>
      </label>
      <select
        id={id}
        className="field"
        aria-describedby={describedBy}
        value={chosen}
        disabled={save.isPending}
        onChange={(event) => save.mutate(event.target.value as MailChoice | 'default')}
      >
        <option value="default">{of.role === 'admin' ? 'As for all builds' : 'Not chosen: no mail'}</option>
        <Words />
      </select>
    </div>
  );
}

function Words() {
  return words.map(([value, text]) => (
    <option key={value} value={value}>
      {text}
    </option>
  ));
}
