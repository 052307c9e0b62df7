import { actorOf, buildNotFound, requireBuildManagement } from '../domain/access.ts';
import type { Principal } from '../domain/access.ts';
import { checkName } from '../domain/names.ts';
import type { Build } from '../domain/model.ts';
import { checkEmail } from '../domain/people.ts';
import type { Deps } from './deps.ts';
import { findBuildToUse, raise } from './find-build.ts';

export interface UpdateBuildInput {
  buildId: number;
  name?: string | undefined;
  isPublic?: boolean | undefined;
  sendEmail?: boolean | undefined;
  emailAlias?: string | null | undefined;
}

/** Changes the settings that are present; who changed what is kept. */
export async function updateBuild(deps: Deps, principal: Principal, input: UpdateBuildInput): Promise<Build> {
  if (input.name !== undefined) checkName('name', input.name);
  const emailAlias =
    typeof input.emailAlias === 'string' ? checkEmail('email_alias', input.emailAlias) : input.emailAlias;
  return deps.store.transaction(async (tx) => {
    requireBuildManagement(principal, input.buildId);
    await findBuildToUse(tx, principal, input.buildId);
    // Held before it is read: two who change different settings at once both have their way.
    const before = (await tx.builds.lock(input.buildId)) ?? raise(buildNotFound(input.buildId));
    const after: Build = {
      ...before,
      name: input.name ?? before.name,
      isPublic: input.isPublic ?? before.isPublic,
      sendEmail: input.sendEmail ?? before.sendEmail,
      emailAlias: emailAlias === undefined ? before.emailAlias : emailAlias,
    };
    const keys = ['name', 'isPublic', 'sendEmail', 'emailAlias'] as const;
    const changed = keys.filter((key) => before[key] !== after[key]);
    if (changed.length === 0) return before;
    await tx.builds.update(after);
    await tx.activity.insert({
      at: deps.clock.now(),
      buildId: after.id,
      releaseId: null,
      runId: null,
      actor: actorOf(principal),
      kind: 'build_changed',
      detail: Object.fromEntries(changed.map((key) => [key, { from: before[key], to: after[key] }])),
      subject: `build:${after.id}`,
      operationId: null,
    });
    return after;
  });
}
