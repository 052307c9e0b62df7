import {
  actorOf,
  hasPartIn,
  isSuperuser,
  mayManageBuild,
  mayUseBuild,
  mayWork,
} from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { mayCreateBuilds } from '../builds/create-build.ts';
import type { Deps } from '../deps.ts';
import { findBuildToRead } from '../builds/find-build.ts';

export interface SessionDescription {
  kind: Principal['kind'];
  /** Name in the activity log. */
  actor: string;
  /** For people. */
  name: string;
  isSuperuser: boolean;
  /** May lease tasks. */
  mayWork: boolean;
  person: { id: string; email: string } | null;
  mayCreateBuilds: boolean;
  /** Whether the server still needs its first superuser. */
  needsSetUp: boolean;
  /** Rights in the requested build. */
  build: { id: number; mayReview: boolean; mayManage: boolean; mayComment: boolean } | null;
}

/** The caller and their rights. @throws AppError `not_found` for a build that they may not view */
export async function describeSession(
  deps: Deps,
  principal: Principal,
  input: { buildId?: number | undefined },
): Promise<SessionDescription> {
  const { buildId } = input;
  return deps.store.read(async (tx) => {
    if (buildId !== undefined) await findBuildToRead(tx, principal, buildId);
    const key = principal.kind === 'key' ? await tx.keys.find(principal.keyId) : null;
    const user = principal.kind === 'user' ? await tx.people.find(principal.userId) : null;
    return {
      kind: principal.kind,
      actor: actorOf(principal),
      name: nameOf(principal) ?? key?.purpose ?? names[principal.kind as keyof typeof names],
      isSuperuser: isSuperuser(principal),
      mayWork: mayWork(principal),
      mayCreateBuilds: mayCreateBuilds(deps, principal),
      person: user && { id: user.id, email: user.email },
      needsSetUp: principal.kind === 'anonymous' && (await tx.people.countSuperusers()) === 0,
      build:
        buildId === undefined
          ? null
          : {
              id: buildId,
              mayReview: mayUseBuild(principal, buildId),
              mayManage: mayManageBuild(principal, buildId),
              mayComment: hasPartIn(principal, buildId),
            },
    };
  });
}

function nameOf(principal: Principal): string | undefined {
  return principal.kind === 'user' || principal.kind === 'local' ? principal.name : undefined;
}

const names: Record<Exclude<Principal['kind'], 'user'>, string> = {
  local: 'You',
  key: 'API key',
  anonymous: 'Not signed in',
};
