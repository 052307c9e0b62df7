import { useMutation } from '../../api/use-mutation.ts';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/api.ts';
import { Page } from '../../frame/page.tsx';
import { tokenOfLink } from './enter.ts';
import { EntryColumn, EntryForm, passwordField } from './entry-form.tsx';

/** Sets a new password, using the mailed link. */
export function ResetPage() {
  const [token] = useState(tokenOfLink);
  const reset = useMutation({ mutationFn: (password: string) => api.resetPassword({ token, password }) });
  return (
    <Page title="New password" crumbs={[{ label: 'Sign in', link: { to: '/login' } }]}>
      <EntryColumn title={reset.isSuccess ? 'Your new password is set' : 'Set a new password'}>
        {reset.isSuccess ? (
          <>
            <p role="status">You have been signed out everywhere.</p>
            <p className="entry-more text-13">
              <Link to="/login" className="button primary">
                Sign in
              </Link>
            </p>
          </>
        ) : (
          <EntryForm
            fields={[{ ...passwordField, label: 'New password' }]}
            button="Set password"
            isBusy={reset.isPending}
            error={reset.error}
            onSubmit={({ password = '' }) => reset.mutate(password)}
          />
        )}
      </EntryColumn>
    </Page>
  );
}
