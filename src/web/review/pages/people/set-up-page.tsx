import { useQuery } from '@tanstack/react-query';
import { useMutation } from '../../api/use-mutation.ts';
import { useState } from 'react';
import { api } from '../../api/api.ts';
import { queries } from '../../api/queries.ts';
import { Page } from '../../frame/page.tsx';
import { enter, tokenOfLink } from './enter.ts';
import { EntryColumn, EntryForm, passwordField } from './entry-form.tsx';

/** Creates the first superuser, once. */
export function SetUpPage() {
  const [token] = useState(tokenOfLink);
  const { data: session } = useQuery(queries.session());
  const setUp = useMutation({
    mutationFn: (values: Record<string, string>) => api.setUp({ ...values, token }),
    onSuccess: () => enter('/'),
  });
  const busy = setUp.isPending || setUp.isSuccess;
  const submit = (values: Record<string, string>) => setUp.mutate(values);
  return (
    <Page title="Set up">
      <EntryColumn title="Set up this server">
        {session === undefined ? null : session.person !== null ? (
          <>
            <p>You are signed in as {session.person.email}. The first superuser has full access.</p>
            <EntryForm
              fields={[]}
              button="Become the superuser"
              isBusy={busy}
              error={setUp.error}
              onSubmit={submit}
            />
          </>
        ) : (
          <>
            <p>You will be the first superuser, with full access and the right to invite others.</p>
            <EntryForm
              fields={[
                { name: 'name', label: 'Your name', autoComplete: 'name', maxLength: 100 },
                { name: 'email', label: 'E-mail address', type: 'email', autoComplete: 'username' },
                passwordField,
              ]}
              button="Done"
              isBusy={busy}
              error={setUp.error}
              onSubmit={submit}
            />
          </>
        )}
      </EntryColumn>
    </Page>
  );
}
