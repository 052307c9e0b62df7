import { passwordProvider } from '../../domain/people/login-accounts.ts';
import { addMail } from '../mail/add-mail.ts';
import type { Deps } from '../deps.ts';
import { mayMailPassword } from '../mail/mail-limits.ts';

/**
 * The link that sets a new password; its token stands behind the #, so that no log on the way ever has it. Whoever signs
 * in with a provider only gets none: having the address is not having the provider's account.
 */
export async function mailPasswordReset(
  deps: Deps,
  { userId, email, token }: { userId: string; email: string; token: string },
): Promise<void> {
  const { publicUrl } = deps.settings;
  await deps.store.transaction(async (tx) => {
    const accounts = await tx.accounts.ofUsers([userId]);
    const hasPassword = accounts.some(({ providerId }) => providerId === passwordProvider);
    if (!hasPassword || !(await mayMailPassword(deps, tx, email))) return;
    await addMail(deps, tx, {
      kind: 'password_reset',
      messageId: `password-reset-${userId}-${deps.ids.id()}`,
      recipient: email,
      subject: 'Set a new password',
      body: {
        paragraphs: [
          `Somebody asked for a new password for ${email}.`,
          'The link works once and for one hour. If it was not you, do nothing: your password stays as it is.',
        ],
        action: { label: 'Set a new password', url: `${publicUrl}/reset#${token}` },
      },
    });
  });
}
