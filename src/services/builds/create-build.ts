import { actorOf, isSuperuser } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import { checkName } from '../../domain/names.ts';
import type { Build } from '../../domain/builds/build.ts';
import { checkEmail } from '../../domain/people/membership.ts';
import type { Deps } from '../deps.ts';
import { logActivity } from './log-activity.ts';
import { askAlias, needsConfirmation } from './confirm-alias.ts';

export interface CreateBuildInput {
  name: string;
  isPublic?: boolean;
  sendEmail?: boolean;
  emailAlias?: string | null;
  failOnForgiven?: boolean;
}

/** A person becomes the build's first admin. @throws AppError `name_invalid` | `role_required` | `rate_limited` */
export async function createBuild(deps: Deps, principal: Principal, input: CreateBuildInput): Promise<Build> {
  if (!mayCreateBuilds(deps, principal)) {
    throw new AppError(
      'role_required',
      deps.settings.createBuilds === 'superusers'
        ? 'Only superusers may create builds on this server.'
        : 'Only signed-in people and superusers may create builds.',
    );
  }
  checkName('name', input.name);
  const emailAlias =
    typeof input.emailAlias === 'string' ? checkEmail('email_alias', input.emailAlias) : null;
  const isAsked = emailAlias !== null && needsConfirmation(deps, principal, emailAlias);
  const now = deps.clock.now();
  return deps.store.transaction(async (tx) => {
    const build = await tx.builds.insert({
      name: input.name,
      isPublic: input.isPublic ?? false,
      sendEmail: input.sendEmail ?? true,
      emailAlias,
      failOnForgiven: input.failOnForgiven ?? false,
      emailAliasConfirmed: emailAlias !== null && !isAsked,
      createdAt: now,
    });
    if (isAsked) await askAlias(deps, tx, principal, build, emailAlias);
    if (principal.kind === 'user') {
      const { userId } = principal;
      await tx.people.setRole({
        buildId: build.id,
        userId,
        role: 'admin',
        createdAt: now,
        createdBy: actorOf(principal),
      });
    }
    await logActivity(tx, {
      at: now,
      buildId: build.id,
      actor: actorOf(principal),
      kind: 'build_created',
      detail: { name: build.name, public: build.isPublic },
      subject: `build:${build.id}`,
    });
    return build;
  });
}

export function mayCreateBuilds({ settings }: Pick<Deps, 'settings'>, principal: Principal): boolean {
  return isSuperuser(principal) || (principal.kind === 'user' && settings.createBuilds === 'everyone');
}

/** Creates the initial build of a new server, once. */
export async function ensureFirstBuild(deps: Deps): Promise<Build> {
  const found = await deps.store.read((tx) => tx.builds.list({}, { limit: 1, offset: 0 }));
  return found[0] ?? createBuild(deps, { kind: 'local' }, { name: 'My build' });
}
