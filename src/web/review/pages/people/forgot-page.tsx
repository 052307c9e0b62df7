import { useMutation } from '../../api/use-mutation.ts';
import { Link } from '@tanstack/react-router';
import { api } from '../../api/api.ts';
import { Page } from '../../frame/page.tsx';
import { EntryColumn, EntryForm } from './entry-form.tsx';

/** Requests a link to set a new password. */
export function ForgotPage() {
  const ask = useMutation({ mutationFn: (email: string) => api.forgotPassword({ email }) });
  return (
    <Page title="Forgot your password" crumbs={[{ label: 'Sign in', link: { to: '/login' } }]}>
      <EntryColumn title={ask.isSuccess ? 'Check your mail' : 'Set a new password'}>
        {ask.isSuccess ? (
          <>
            <p role="status">
              If {ask.variables} can sign in here, we have sent it a link. The link works once and expires in
              one hour.
            </p>
            <p className="entry-more text-13">
              <Link to="/login">Back to sign-in</Link>
            </p>
          </>
        ) : (
          <>
            <p>We will mail you a link to set a new password.</p>
            <EntryForm
              fields={[{ name: 'email', label: 'E-mail address', type: 'email', autoComplete: 'username' }]}
              button="Send link"
              isBusy={ask.isPending}
              error={ask.error}
              onSubmit={({ email = '' }) => ask.mutate(email)}
            />
          </>
        )}
      </EntryColumn>
    </Page>
  );
}
