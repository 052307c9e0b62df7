import { useQueryClient } from '@tanstack/react-query';
import { useMutation } from '../../api/use-mutation.ts';
import { roles, type Role } from '../../../../domain/people/membership.ts';
import { api, type Answer } from '../../api/api.ts';
import { toProblem } from '../../api/problem.ts';
import { toast } from '../../frame/toasts.ts';
import { Age } from '../../../kit/age.tsx';
import { sentenceOf } from '../../states/problem.tsx';
import { methodWords, roleWords } from './words.ts';

type Member = Answer<'listMembers'>['members'][number];

/** The members of the build. */
export function MemberList({
  buildId,
  members,
  myId,
}: {
  buildId: number;
  members: readonly Member[];
  myId: string | null;
}) {
  const admins = members.filter(({ role }) => role === 'admin').length;
  return (
    <section aria-labelledby="members-title">
      <h2 id="members-title" className="people-title">
        People
      </h2>
      {members.length === 0 && <p className="muted people-none">No one yet; superusers have full access.</p>}
      {members.length === 1 && members[0]!.userId === myId && (
        <p className="muted people-none">Only you so far.</p>
      )}
      <ul className="rows">
        {members.map((member) => (
          <MemberRow
            key={member.userId}
            buildId={buildId}
            member={member}
            fixed={
              member.role === 'admin' && admins === 1
                ? 'The last admin of a build cannot be removed: make someone else an admin first.'
                : member.userId === myId
                  ? 'You cannot change your own role: ask another admin.'
                  : null
            }
          />
        ))}
      </ul>
    </section>
  );
}

function MemberRow({
  buildId,
  member,
  fixed,
}: {
  buildId: number;
  member: Member;
  /** Why this member cannot be changed. */
  fixed: string | null;
}) {
  const { userId, name, email, role, methods, lastSeenAt } = member;
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (to: Role | 'none') =>
      to === 'none' ? api.removeMember({ buildId, userId }) : api.changeMember({ buildId, userId, role: to }),
    onSuccess: (_answer, to) =>
      toast(to === 'none' ? `${name} no longer has access to this build.` : `${name} is now ${to}.`),
    onError: (error) => toast(`Not changed: ${sentenceOf(toProblem(error))}`, { tone: 'problem' }),
    onSettled: () => client.invalidateQueries({ queryKey: ['build', buildId, 'members'] }),
  });
  return (
    <li className="row person-row">
      <span className="person-name">
        <strong>{name}</strong>
        <span className="muted ellipsis">{email}</span>
      </span>
      <span className="muted">
        {methods.map((method) => methodWords(method)).join(', ') || 'No login'}
        <br />
        {lastSeenAt === null ? (
          'not signed in'
        ) : (
          <>
            seen <Age at={lastSeenAt} />
          </>
        )}
      </span>
      {fixed === null ? (
        <select
          className="field"
          aria-label={`Role of ${name}`}
          value={role}
          disabled={change.isPending}
          onChange={(event) => change.mutate(event.target.value as Role)}
        >
          {roles.map((one) => (
            <option key={one} value={one}>
              {roleWords[one]}
            </option>
          ))}
        </select>
      ) : (
        <span>{roleWords[role]}</span>
      )}
      <span className="person-actions">
        {fixed === null && (
          <button
            type="button"
            className="button small"
            aria-label={`Remove ${name}`}
            disabled={change.isPending}
            onClick={() => change.mutate('none')}
          >
            Remove
          </button>
        )}
      </span>
      {fixed !== null && <span className="form-hint person-hint muted text-12">{fixed}</span>}
    </li>
  );
}
