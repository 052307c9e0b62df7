import { useMutation } from '../../api/use-mutation.ts';
import { Link } from '@tanstack/react-router';
import { api } from '../../api/api.ts';
import { Page } from '../../frame/page.tsx';
import { EntryColumn, EntryForm } from './entry-form.tsx';

/** Asks for a link to set a new password. */
export function ForgotPage() {
  const ask = useMutation({ mutationFn: (email: string) => api.forgotPassword({ email }) });
  return (
    <Page title="Forgot the password" crumbs={[{ label: 'Sign in', link: { to: '/login' } }]}>
      <EntryColumn title={ask.isSuccess ? 'Look into your mail' : 'Set a new password'}>
        {ask.isSuccess ? (
          <>
            <p role="status">
              If {ask.variables} can sign in here, a link is on its way. It works once, for one hour.
            </p>
            <p className="entry-more text-13">
              <Link to="/login">Back to signing in</Link>
            </p>
          </>
        ) : (
          <>
            <p>You are sent a link to set a new one.</p>
            <EntryForm
              fields={[{ name: 'email', label: 'E-mail address', type: 'email', autoComplete: 'username' }]}
              button="Send the link"
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
