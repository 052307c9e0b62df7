import { useQuery } from '@tanstack/react-query';
import { useMutation } from '../../api/use-mutation.ts';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/api.ts';
import { queries } from '../../api/queries.ts';
import { Page } from '../../frame/page.tsx';
import { toProblem } from '../../api/problem.ts';
import { ProblemPage, sentenceOf } from '../../states/problem.tsx';
import { enter, tokenOfLink } from './enter.ts';
import { EntryColumn, EntryForm, passwordField } from './entry-form.tsx';
import { Providers } from './providers.tsx';

/** Lists the signed-in person's invitations. The token is never in an address sent to a server, so it is not passed on. */
const invitationsAddress = '/whoami';

const rights = {
  admin: 'review, and manage settings and people',
  reviewer: 'view and review',
  viewer: 'view',
} as const;

/** Target of an invitation link: creates a login or signs in, then accepts. */
export function AcceptPage() {
  const [token] = useState(tokenOfLink);
  const { data: session } = useQuery(queries.session());
  const { data: invitation, error } = useQuery({
    queryKey: ['invitation'],
    queryFn: ({ signal }) => api.lookAtInvitation({ token }, { signal }),
    staleTime: Infinity,
  });
  const next = `/build?id=${invitation?.buildId ?? ''}`;
  const accept = useMutation({
    mutationFn: ({ name, password }: Record<string, string>) =>
      api.acceptInvitation({
        token,
        ...(name !== undefined && { name }),
        ...(password !== undefined && { password }),
      }),
    onSuccess: () => enter(next),
  });
  if (error !== null) return <ProblemPage title="Invitation" error={error} />;
  if (invitation === undefined || session === undefined) return <Page title="Invitation">{null}</Page>;
  const ways = session.signIn;
  return (
    <Page title="Invitation">
      <EntryColumn title={`Join “${invitation.buildName}”`}>
        <p>
          You were invited as {invitation.role}: you can {rights[invitation.role]}.
        </p>
        {session.person?.email === invitation.email ? (
          <>
            {accept.error !== null && (
              <p className="form-error" role="alert">
                {sentenceOf(toProblem(accept.error))}
              </p>
            )}
            <p className="entry-more text-13">
              <button
                type="button"
                className="button primary"
                disabled={accept.isPending || accept.isSuccess}
                onClick={() => accept.mutate({})}
              >
                Accept
              </button>
            </p>
          </>
        ) : invitation.isKnown ? (
          <p className="entry-more text-13">
            <Link to="/login" search={{ next: invitationsAddress }} className="button primary">
              Sign in as {invitation.email}
            </Link>
          </p>
        ) : (
          <>
            {ways !== null && <Providers providers={ways.providers} next={invitationsAddress} />}
            {ways?.password === true && (
              <>
                {ways.providers.length > 0 && <p className="entry-or line muted text-12">or</p>}
                <p className="entry-more text-13">You will sign in with {invitation.email}.</p>
                <EntryForm
                  fields={[
                    { name: 'name', label: 'Your name', autoComplete: 'name', maxLength: 100 },
                    passwordField,
                  ]}
                  button="Accept"
                  isBusy={accept.isPending || accept.isSuccess}
                  error={accept.error}
                  onSubmit={(values) => accept.mutate(values)}
                />
              </>
            )}
          </>
        )}
      </EntryColumn>
    </Page>
  );
}
