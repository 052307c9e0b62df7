import type { Principal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import { methodOf } from '../../domain/people/login-accounts.ts';
import type { Session } from '../../domain/people/login-rules.ts';
import type { Invitation, MailChoice, MailChoices, Role, User } from '../../domain/people/membership.ts';
import { invitationsOf } from './answer-invitation.ts';
import type { Deps } from '../deps.ts';

export interface Account {
  user: User;
  mail: MailChoices;
  /** `password`, `google`, `oidc`. */
  methods: string[];
  /** `mail`: about releases of the build; null: as chosen for all builds. */
  roles: { buildId: number; buildName: string; role: Role; mail: MailChoice | null }[];
  /** Open invitations to the person's address. */
  invitations: { invitation: Invitation; buildName: string }[];
  /** Last used first. */
  sessions: Session[];
}

const maxBuilds = 1_000;

/** A person's own account. @throws AppError `not_found` for other principals */
export async function describeAccount(deps: Deps, principal: Principal): Promise<Account> {
  const userId = personOf(principal);
  const now = deps.clock.now();
  return deps.store.read(async (tx) => {
    const user = await tx.people.find(userId);
    if (user === null) throw noPerson();
    const roles = await tx.people.rolesOf(userId);
    const ids = [...roles.keys()];
    const builds = ids.length === 0 ? [] : await tx.builds.list({ ids }, { limit: maxBuilds, offset: 0 });
    const open = await invitationsOf(deps, tx, user);
    const invitedTo = open.map(({ buildId }) => buildId);
    const invited =
      open.length === 0 ? [] : await tx.builds.list({ ids: invitedTo }, { limit: maxBuilds, offset: 0 });
    const nameOf = new Map(invited.map(({ id, name }) => [id, name]));
    const buildMail = await tx.people.buildMail(userId);
    const accounts = await tx.accounts.ofUsers([userId]);
    return {
      user,
      mail: await tx.people.mailChoices(userId),
      methods: accounts.map(methodOf).sort(),
      roles: builds.map(({ id, name }) => ({
        buildId: id,
        buildName: name,
        role: roles.get(id)!,
        mail: buildMail.get(id) ?? null,
      })),
      invitations: open.map((invitation) => ({
        invitation,
        buildName: nameOf.get(invitation.buildId) ?? '',
      })),
      sessions: await tx.sessions.ofUser(userId, now),
    };
  });
}

/** Sets which mails the caller gets; what is not given stays. @throws AppError `not_found` */
export async function updateAccount(
  deps: Deps,
  principal: Principal,
  { review, mention }: { [about in keyof MailChoices]?: MailChoices[about] | undefined },
): Promise<MailChoices> {
  const userId = personOf(principal);
  return deps.store.transaction(async (tx) => {
    await tx.people.setMailChoices(userId, {
      ...(review !== undefined && { review }),
      ...(mention !== undefined && { mention }),
    });
    return tx.people.mailChoices(userId);
  });
}

/**
 * Sets how the caller hears of releases of one build; null: as they chose for all builds.
 *
 * @throws AppError `not_found` for builds in which the caller has no role, and for other principals
 */
export async function chooseBuildMail(
  deps: Deps,
  principal: Principal,
  { buildId, review }: { buildId: number; review: MailChoice | null },
): Promise<void> {
  const userId = personOf(principal);
  const isMember = await deps.store.transaction((tx) => tx.people.setBuildMail(buildId, userId, review));
  if (!isMember) {
    throw new AppError('not_found', `You have no role in build ${buildId}, so it does not mail you.`, {
      details: { parameter: 'build_id' },
    });
  }
}

/** Ends one of the caller's own sessions. @throws AppError `not_found` */
export async function endSession(
  deps: Deps,
  principal: Principal,
  { sessionId }: { sessionId: string },
): Promise<void> {
  const userId = personOf(principal);
  const isGone = await deps.store.transaction((tx) => tx.sessions.delete(sessionId, userId));
  if (!isGone) {
    throw new AppError('not_found', 'You do not have this session.', {
      details: { parameter: 'session_id' },
    });
  }
}

function personOf(principal: Principal): string {
  if (principal.kind !== 'user') throw noPerson();
  return principal.userId;
}

function noPerson(): AppError {
  return new AppError('not_found', 'Only signed-in people have an account; API keys do not.');
}
