import type { Principal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import type { Build } from '../../domain/builds/build.ts';
import type { Transaction } from '../../ports/store.ts';
import { addMail, requesterOf } from '../mail/add-mail.ts';
import { hashOf } from '../people/authenticate-session.ts';
import type { Deps } from '../deps.ts';
import { logActivity } from './log-activity.ts';
import { checkMailLimits } from '../mail/mail-limits.ts';

/**
 * Whether an alias may receive mail immediately: on a server without logins, and in domains that the operator has listed.
 * Any other address must first confirm by mail, so that no build can send mail to strangers.
 */
export function needsConfirmation(deps: Deps, principal: Principal, alias: string): boolean {
  const domain = alias.slice(alias.lastIndexOf('@') + 1);
  return principal.kind !== 'local' && !deps.settings.mailDomains.includes(domain);
}

/** Mails a confirmation link to an alias. Invalidates earlier links. @throws AppError `rate_limited` */
export async function askAlias(
  deps: Deps,
  tx: Transaction,
  principal: Principal,
  build: Pick<Build, 'id' | 'name'>,
  alias: string,
): Promise<void> {
  const token = deps.ids.secret();
  const requestedBy = requesterOf(principal);
  await checkMailLimits(deps, tx, { requestedBy, recipient: alias, buildId: build.id });
  await tx.builds.setAliasToken(build.id, hashOf(deps, token));
  await addMail(deps, tx, {
    kind: 'verify_email',
    messageId: `alias-${build.id}-${deps.ids.id()}`,
    buildId: build.id,
    requestedBy,
    recipient: alias,
    subject: `Confirm mail for ${build.name}`,
    body: {
      paragraphs: [
        `An admin of the build “${build.name}” wants to send mail here (${alias}) whenever a release is ready for review.`,
        'No mail is sent until you confirm. If you do not want this mail, ignore this message.',
      ],
      action: { label: 'Confirm', url: `${deps.settings.publicUrl}/confirm-mail#${token}` },
    },
  });
}

/** The build and alias behind a confirmation link. @throws AppError `login_state_invalid` */
export async function lookAtAlias(
  deps: Deps,
  { token }: { token: string },
): Promise<Pick<Build, 'id' | 'name'> & { emailAlias: string }> {
  return deps.store.read((tx) => findAlias(deps, tx, token));
}

/** Confirms the alias; the link works once. @throws AppError `login_state_invalid` */
export async function confirmAlias(deps: Deps, { token }: { token: string }): Promise<void> {
  await deps.store.transaction(async (tx) => {
    const { id } = await findAlias(deps, tx, token);
    const build = await tx.builds.lock(id);
    // The alias may have changed since.
    await findAlias(deps, tx, token);
    await tx.builds.update({ ...build!, emailAliasConfirmed: true });
    await tx.builds.setAliasToken(id, null);
    await logActivity(tx, {
      at: deps.clock.now(),
      buildId: id,
      actor: 'anonymous',
      kind: 'email_alias_confirmed',
      detail: { email_alias: build!.emailAlias },
      subject: `build:${id}`,
    });
  });
}

async function findAlias(
  deps: Deps,
  tx: Transaction,
  token: string,
): Promise<Pick<Build, 'id' | 'name'> & { emailAlias: string }> {
  const build = await tx.builds.findByAliasToken(hashOf(deps, token));
  if (build === null || build.emailAlias === null || build.emailAliasConfirmed) {
    throw new AppError(
      'login_state_invalid',
      "This link has already been used, or the build's address has changed. Ask an admin of the build to enter the address again.",
      { details: { parameter: 'token' } },
    );
  }
  return { id: build.id, name: build.name, emailAlias: build.emailAlias };
}
