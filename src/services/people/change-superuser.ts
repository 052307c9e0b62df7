import { actorOf, requireSuperuser } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import type { User } from '../../domain/people/membership.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Page } from '../../ports/store/page.ts';
import type { Deps } from '../deps.ts';
import { logActivity } from '../builds/log-activity.ts';
import { checkPage } from '../check-result-page.ts';

/** All people who can sign in, by name. @throws AppError `role_required` */
export async function listPeople(
  deps: Deps,
  principal: Principal,
  page: Partial<Page> = {},
): Promise<User[]> {
  requireSuperuser(principal, 'list people');
  return deps.store.read((tx) => tx.people.list(checkPage(page)));
}

/**
 * Grants or revokes superuser rights. The last superuser keeps them.
 *
 * @throws AppError `role_required` | `not_found` | `conflict`
 */
export async function changeSuperuser(
  deps: Deps,
  principal: Principal,
  { userId, superuser }: { userId: string; superuser: boolean },
): Promise<User> {
  requireSuperuser(principal, 'make superusers');
  return deps.store.transaction(async (tx) => {
    // Serialized, so that two superusers cannot demote each other at the same time.
    await tx.serverValues.lock('superusers');
    const user = await tx.people.lock(userId);
    if (user === null) {
      throw new AppError('not_found', 'This person does not exist.', { details: { parameter: 'user_id' } });
    }
    if (user.superuser === superuser) return user;
    if (!superuser && (await tx.people.countSuperusers()) <= 1) {
      throw new AppError(
        'conflict',
        `${user.name} is the last superuser. Make someone else a superuser first.`,
      );
    }
    const now = deps.clock.now();
    const after = { ...user, superuser, updatedAt: now };
    await tx.people.update(after);
    await logPerson(tx, {
      at: now,
      actor: actorOf(principal),
      kind: superuser ? 'person_made_superuser' : 'person_no_superuser',
      user,
    });
    return after;
  });
}

export async function logPerson(
  tx: Transaction,
  { at, actor, kind, user }: { at: number; actor: string; kind: string; user: User },
): Promise<void> {
  await logActivity(tx, {
    at,
    buildId: null,
    actor,
    kind,
    detail: { name: user.name, email: user.email },
    subject: `user:${user.id}`,
  });
}
