import { useQueryClient } from '@tanstack/react-query';
import { useMutation } from '../../api/use-mutation.ts';
import { api, type Answer } from '../../api/api.ts';
import { toProblem } from '../../api/problem.ts';
import { toast } from '../../frame/toasts.ts';
import { sentenceOf } from '../../states/problem.tsx';

type Invitation = Answer<'describeAccount'>['invitations'][number];

/** The viewer's pending invitations, to accept or decline; renders nothing without any. */
export function MyInvitations({ invitations }: { invitations: readonly Invitation[] }) {
  const client = useQueryClient();
  const answer = useMutation({
    mutationFn: (of: { invitationId: string; accept: boolean }) => api.answerInvitation(of),
    onSuccess: (_answer, { accept }) => {
      toast(accept ? 'You have joined the build.' : 'Invitation declined.');
      void client.invalidateQueries({ queryKey: ['builds'] });
      return client.invalidateQueries({ queryKey: ['account'] });
    },
    onError: (error) => toast(`Not saved: ${sentenceOf(toProblem(error))}`, { tone: 'problem' }),
  });
  if (invitations.length === 0) return null;
  return (
    <section aria-labelledby="invitations-title">
      <h2 id="invitations-title" className="people-title">
        Invitations
      </h2>
      <ul className="rows">
        {invitations.map(({ id, buildName, role, expiresAt }) => (
          <li key={id} className="row person-row">
            <span className="person-name">
              <strong>{buildName}</strong>
            </span>
            <span className="muted">as {role}</span>
            <span className="muted">
              until {new Date(expiresAt).toLocaleDateString('en-GB', { day: 'numeric', month: 'long' })}
            </span>
            <span className="person-actions">
              <button
                type="button"
                className="button small"
                aria-label={`Decline the invitation to ${buildName}`}
                disabled={answer.isPending}
                onClick={() => answer.mutate({ invitationId: id, accept: false })}
              >
                Decline
              </button>
              <button
                type="button"
                className="button small primary"
                aria-label={`Accept the invitation to ${buildName}`}
                disabled={answer.isPending}
                onClick={() => answer.mutate({ invitationId: id, accept: true })}
              >
                Accept
              </button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
