import { useQueryClient } from '@tanstack/react-query';
import { useId } from 'react';
import { api, type Answer } from '../../api/api.ts';
import { toProblem } from '../../api/problem.ts';
import { useMutation } from '../../api/use-mutation.ts';
import { toast } from '../../frame/toasts.ts';
import { sentenceOf } from '../../states/problem.tsx';

type ReviewMail = Answer<'describeAccount'>['reviewMail'];

const words: readonly (readonly [ReviewMail, string])[] = [
  ['now', 'One mail each'],
  ['digest', 'One mail a day, at 07:00 UTC'],
  ['none', 'No mail'],
];

/** Which mails the person gets. */
export function MyMail({ reviewMail }: { reviewMail: ReviewMail }) {
  const id = useId();
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (chosen: ReviewMail) => api.updateAccount({ reviewMail: chosen }),
    onSuccess: async () => {
      toast('Mail saved.');
      await client.invalidateQueries({ queryKey: ['account'] });
    },
    onError: (error: unknown) => toast(sentenceOf(toProblem(error)), { tone: 'problem' }),
  });
  return (
    <section className="panel" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>Mail</h2>
      <div className="form-field">
        <label htmlFor={`${id}-review`}>Releases that are ready for review</label>
        <select
          id={`${id}-review`}
          className="field"
          value={save.isPending ? save.variables : reviewMail}
          disabled={save.isPending}
          onChange={(event) => save.mutate(event.target.value as ReviewMail)}
        >
          {words.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
        <span className="form-hint muted text-12">
          Of builds that you administer and that send mail. A build with its own address writes there instead.
        </span>
      </div>
    </section>
  );
}
