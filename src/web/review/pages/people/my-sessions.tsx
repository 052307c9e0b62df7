import { useQueryClient } from '@tanstack/react-query';
import { useMutation } from '../../api/use-mutation.ts';
import { api, type Answer } from '../../api/api.ts';
import { toProblem } from '../../api/problem.ts';
import { toast } from '../../frame/toasts.ts';
import { Age } from '../../../kit/age.tsx';
import { sentenceOf } from '../../states/problem.tsx';

type Session = Answer<'describeAccount'>['sessions'][number];

/** The viewer's sessions, each with a button to revoke it. */
export function MySessions({ sessions }: { sessions: readonly Session[] }) {
  const client = useQueryClient();
  const end = useMutation({
    mutationFn: (sessionId: string) => api.endSession({ sessionId }),
    onSuccess: () => {
      toast('Session revoked.');
      return client.invalidateQueries({ queryKey: ['account'] });
    },
    onError: (error) => toast(`Not revoked: ${sentenceOf(toProblem(error))}`, { tone: 'problem' }),
  });
  return (
    <section aria-labelledby="sessions-title">
      <h2 id="sessions-title" className="people-title">
        Signed in on
      </h2>
      <ul className="rows">
        {sessions.map((session) => (
          <li key={session.id} className="row person-row">
            <span className="person-name">
              <strong>{browserName(session.userAgent)}</strong>
              <span className="muted ellipsis">{session.ipAddress ?? 'from an unknown address'}</span>
            </span>
            <span className="muted">
              since <Age at={session.createdAt} />
            </span>
            <span className="muted">
              used <Age at={session.lastUsedAt} />
            </span>
            <span className="person-actions">
              {session.isThis ? (
                <span className="tag muted text-12">This one</span>
              ) : (
                <button
                  type="button"
                  className="button small"
                  aria-label={`Revoke ${browserName(session.userAgent)} from ${session.ipAddress ?? 'unknown'}`}
                  disabled={end.isPending}
                  onClick={() => end.mutate(session.id)}
                >
                  Revoke
                </button>
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const browsers = [
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['Firefox', 'Firefox'],
  ['Chrome', 'Chrome'],
  ['Safari', 'Safari'],
] as const;
const systems = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS', 'macOS'],
  ['Linux', 'Linux'],
] as const;

/** Parsed from the browser's user agent. */
function browserName(userAgent: string | null): string {
  const text = userAgent ?? '';
  const browser = browsers.find(([mark]) => text.includes(mark))?.[1] ?? 'A browser';
  const system = systems.find(([mark]) => text.includes(mark))?.[1];
  return system === undefined ? browser : `${browser} on ${system}`;
}
