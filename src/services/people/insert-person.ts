import { AppError } from '../../base/errors.ts';
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
  await tx.logins.insert('accounts', {
    id: deps.ids.id(),
    user_id: user.id,
    provider_id: 'credential',
    account_id: user.id,
    password: passwordHash,
    created_at: user.createdAt,
    updated_at: user.updatedAt,
  });
}
