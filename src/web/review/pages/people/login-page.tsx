import { useQuery } from '@tanstack/react-query';
import { useMutation } from '../../api/use-mutation.ts';
import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { loginProblems } from '../../../../domain/people/login-rules.ts';
import { api } from '../../api/api.ts';
import { queries } from '../../api/queries.ts';
import { Page } from '../../frame/page.tsx';
import { enter, linkOfAddress } from './enter.ts';
import { EntryColumn, EntryForm } from './entry-form.tsx';
import { Providers } from './providers.tsx';
import { ProblemPage } from '../../states/problem.tsx';
import { Message } from '../../../kit/message.tsx';

/** Providers first, then e-mail and password; returns to the requested page. */
export function LoginPage() {
  const { next } = useSearch({ from: '/login' });
  const [link] = useState(linkOfAddress);
  const { data: session, error, refetch } = useQuery(queries.session());
  const signIn = useMutation({
    mutationFn: (values: { email: string; password: string }) =>
      api.signIn({ ...values, ...(link !== undefined && { link }) }),
    onSuccess: () => enter(next),
  });
  if (session === undefined) {
    if (error === null) return <Page title="Sign in">{null}</Page>;
    return <ProblemPage title="Sign in" error={error} onRetry={() => void refetch()} />;
  }
  const ways = session.signIn;
  if (ways === null) return <NoLogins isOpen={session.authentication === 'off'} />;
  return (
    <Page title="Sign in">
      <EntryColumn title="Sign in">
        {session.person !== null && <p>You are signed in as {session.person.email}.</p>}
        {ways.needsSetUp && (
          <p>
            This server has no superuser yet. To create one, use the link in the server’s output or from{' '}
            <code>dpxdt admin setup-link</code>.
          </p>
        )}
        {link === undefined ? (
          <Providers providers={ways.providers} next={next} />
        ) : (
          <p>{loginProblems.link_needs_password}</p>
        )}
        {ways.password && link === undefined && ways.providers.length > 0 && (
          <p className="entry-or line muted text-12">or</p>
        )}
        {ways.password && (
          <EntryForm
            fields={[
              { name: 'email', label: 'E-mail address', type: 'email', autoComplete: 'username' },
              {
                name: 'password',
                label: 'Password',
                type: 'password',
                autoComplete: 'current-password',
                maxLength: 128,
              },
            ]}
            button="Sign in"
            isBusy={signIn.isPending || signIn.isSuccess}
            error={signIn.error}
            onSubmit={({ email = '', password = '' }) => signIn.mutate({ email, password })}
          />
        )}
        {ways.password && (
          <p className="entry-more text-13">
            <Link to="/forgot">Forgot your password?</Link>
          </p>
        )}
      </EntryColumn>
    </Page>
  );
}

function NoLogins({ isOpen }: { isOpen: boolean }) {
  return (
    <Page title="Sign in">
      <Message icon="info" title="Signing in is not needed">
        <p>
          {isOpen
            ? 'This server has no logins: anyone who can reach it has full access.'
            : 'This server accepts API keys only.'}
        </p>
        <p className="message-actions">
          <Link to="/" className="button">
            All builds
          </Link>
        </p>
      </Message>
    </Page>
  );
}
