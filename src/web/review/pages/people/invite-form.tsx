import { useQueryClient } from '@tanstack/react-query';
import { useMutation } from '../../api/use-mutation.ts';
import { useId, useState } from 'react';
import { roles, type Role } from '../../../../domain/people/membership.ts';
import { api } from '../../api/api.ts';
import { CopyField } from '../../../kit/copy-field.tsx';
import { toast } from '../../frame/toasts.ts';
import { formErrors } from '../forms/form-errors.ts';
import { FormField } from '../forms/form-field.tsx';
import { roleHints, roleWords } from './words.ts';

/** Invites a person to the build by e-mail address. */
export function InviteForm({ buildId, hasMail }: { buildId: number; hasMail: boolean }) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('reviewer');
  const [link, setLink] = useState<string | null>(null);
  const id = useId();
  const client = useQueryClient();
  const invite = useMutation({
    mutationFn: () => api.inviteMember({ buildId, email: email.trim(), role }),
    onSuccess: ({ link }) => {
      setLink(link);
      toast(`${email.trim()} was invited${hasMail ? ' by mail' : ''}.`);
      setEmail('');
      return client.invalidateQueries({ queryKey: ['build', buildId, 'members'] });
    },
  });
  const errors = formErrors(invite.error, ['email']);
  return (
    <form
      className="panel"
      aria-labelledby={`${id}-title`}
      onSubmit={(event) => {
        event.preventDefault();
        invite.mutate();
      }}
    >
      <h2 id={`${id}-title`}>Invite a person</h2>
      <p>
        {hasMail
          ? 'They get an invitation by mail and join when they accept it.'
          : 'This server sends no mail: copy the link that appears, and hand it to them. Anyone who has it can join.'}
      </p>
      <div className="invite-form">
        <FormField label="E-mail address" error={errors.at('email')}>
          {(input) => (
            <input
              {...input}
              className="field"
              type="email"
              required
              maxLength={254}
              autoComplete="off"
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </FormField>
        <FormField label="Role">
          {(input) => (
            <select
              {...input}
              className="field"
              value={role}
              aria-describedby={`${id}-hint`}
              onChange={(event) => setRole(event.target.value as Role)}
            >
              {roles.map((one) => (
                <option key={one} value={one}>
                  {roleWords[one]}
                </option>
              ))}
            </select>
          )}
        </FormField>
        <button className="button primary" disabled={email.trim() === '' || invite.isPending}>
          Invite
        </button>
      </div>
      <p id={`${id}-hint`} className="form-hint invite-hint muted text-12">
        {roleWords[role]}: {roleHints[role]}
      </p>
      {link !== null && (
        <div className="form-field" role="status">
          <p>The link works once, for 14 days, and is shown only now.</p>
          <CopyField label="Invitation link" text={link} />
        </div>
      )}
      {errors.other !== null && (
        <p className="form-error text-13" role="alert">
          {errors.other}
        </p>
      )}
    </form>
  );
}
