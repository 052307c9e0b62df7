import { useQueryClient } from '@tanstack/react-query';
import { useMutation } from '../../api/use-mutation.ts';
import { api, type Answer } from '../../api/api.ts';
import { toProblem } from '../../api/problem.ts';
import { actorName } from '../../decisions/actor-name.ts';
import { toast } from '../../frame/toasts.ts';
import { Age } from '../../../kit/age.tsx';
import { sentenceOf } from '../../states/problem.tsx';
import { roleWords } from './words.ts';

type Invitation = Answer<'listMembers'>['invitations'][number];

/** Pending invitations. */
export function InvitationList({
  buildId,
  invitations,
}: {
  buildId: number;
  invitations: readonly Invitation[];
}) {
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: ({ id }: Invitation) => api.revokeInvitation({ buildId, invitationId: id }),
    onSuccess: (_answer, { email }) => toast(`Invitation for ${email} revoked.`),
    onError: (error) => toast(`Not revoked: ${sentenceOf(toProblem(error))}`, { tone: 'problem' }),
    onSettled: () => client.invalidateQueries({ queryKey: ['build', buildId, 'members'] }),
  });
  if (invitations.length === 0) return null;
  return (
    <section aria-labelledby="invitations-title">
      <h2 id="invitations-title" className="people-title">
        Invited
      </h2>
      <ul className="rows">
        {invitations.map((invitation) => (
          <li key={invitation.id} className="row person-row">
            <span className="person-name">
              <strong>{invitation.email}</strong>
              <span className="muted ellipsis">by {actorName(invitation.createdBy)}</span>
            </span>
            <span className="muted">
              invited <Age at={invitation.createdAt} />
            </span>
            <span>{roleWords[invitation.role]}</span>
            <span className="person-actions">
              <button
                type="button"
                className="button small"
                aria-label={`Revoke the invitation for ${invitation.email}`}
                disabled={revoke.isPending}
                onClick={() => revoke.mutate(invitation)}
              >
                Revoke
              </button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
