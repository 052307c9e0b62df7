import { passwordProvider } from '../../domain/people/login-accounts.ts';
import { addMail } from '../mail/add-mail.ts';
import type { Deps } from '../deps.ts';
import { mayMailPassword } from '../mail/mail-limits.ts';

/**
 * Mails a password reset link; its token follows the #, so that no log contains it. People who sign in only with a
 * provider get none: owning the address is no proof of owning the provider account.
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
          `A new password was requested for ${email}.`,
          'The link works once and expires in one hour. If you did not request this, ignore this mail: your password has not changed.',
        ],
        action: { label: 'Set a new password', url: `${publicUrl}/reset#${token}` },
      },
    });
  });
}
