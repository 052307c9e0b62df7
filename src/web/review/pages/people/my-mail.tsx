import { useQueryClient } from '@tanstack/react-query';
import { mentionMails, type MentionMail } from '../../../../domain/people/membership.ts';
import { api } from '../../api/api.ts';
import { toProblem } from '../../api/problem.ts';
import { useMutation } from '../../api/use-mutation.ts';
import { toast } from '../../frame/toasts.ts';
import { sentenceOf } from '../../states/problem.tsx';

const words: Record<MentionMail, string> = {
  now: 'One mail each, at once',
  digest: 'One mail a day, at 07:00 UTC',
  none: 'No mail',
};

/** How the viewer hears of what concerns them. */
export function MyMail({ chosen, hasMail }: { chosen: MentionMail; hasMail: boolean }) {
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (mentionMail: MentionMail) => api.updateAccount({ mentionMail }),
    onSuccess: () => {
      toast('Saved.');
      return client.invalidateQueries({ queryKey: ['account'] });
    },
    onError: (error) => toast(`Not saved: ${sentenceOf(toProblem(error))}`, { tone: 'problem' }),
  });
  return (
    <section aria-labelledby="mail-title">
      <h2 id="mail-title" className="people-title">
        Mail about you
      </h2>
      <fieldset className="panel choices text-13" disabled={save.isPending}>
        <legend>Comments that name you, answers to yours, and reviews that you are asked for</legend>
        {mentionMails.map((one) => (
          <label key={one} className="line">
            <input
              type="radio"
              name="mention-mail"
              checked={one === chosen}
              onChange={() => save.mutate(one)}
            />
            {words[one]}
          </label>
        ))}
        {!hasMail && <p className="muted text-12">This server sends no mail yet.</p>}
      </fieldset>
    </section>
  );
}
