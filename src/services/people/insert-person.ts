import { AppError } from '../../base/errors.ts';
import { passwordProvider } from '../../domain/people/login-accounts.ts';
import type { User } from '../../domain/people/membership.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';

/** Inserts a person with a password. @throws AppError `conflict` when the address is already in use */
export async function insertPerson(
  deps: Pick<Deps, 'ids'>,
  tx: Transaction,
  user: User,
  passwordHash: string,
): Promise<void> {
  if ((await tx.people.findByEmail(user.email)) !== null) {
    throw new AppError('conflict', `${user.email} already has an account. Sign in, or set a new password.`, {
      details: { parameter: 'email' },
    });
  }
  await tx.people.insert(user);
  await tx.accounts.insert(
    {
      id: deps.ids.id(),
      userId: user.id,
      providerId: passwordProvider,
      subject: user.id,
      createdAt: user.createdAt,
      updatedAt: user.updatedAt,
    },
    passwordHash,
  );
}
