import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/api.ts';
import { useMutation } from '../../api/use-mutation.ts';
import { toast } from '../../frame/toasts.ts';
import { EntryForm, passwordField } from './entry-form.tsx';

/** Changes the viewer's password; other browsers are signed out. */
export function MyPassword() {
  const [isOpen, setOpen] = useState(false);
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (of: { oldPassword: string; password: string }) => api.changePassword(of),
    onSuccess: () => {
      setOpen(false);
      toast('Your password has been changed, and other browsers were signed out.');
      return client.invalidateQueries({ queryKey: ['account'] });
    },
  });
  return (
    <section aria-labelledby="password-title">
      <h2 id="password-title" className="people-title">
        Password
      </h2>
      {isOpen ? (
        <div className="panel">
          <EntryForm
            fields={[
              {
                name: 'oldPassword',
                label: 'Present password',
                type: 'password',
                autoComplete: 'current-password',
                maxLength: 128,
              },
              { ...passwordField, label: 'New password' },
            ]}
            button="Change password"
            isBusy={change.isPending}
            error={change.error}
            onSubmit={({ oldPassword = '', password = '' }) => change.mutate({ oldPassword, password })}
          />
        </div>
      ) : (
        <button type="button" className="button" onClick={() => setOpen(true)}>
          Change password
        </button>
      )}
    </section>
  );
}
