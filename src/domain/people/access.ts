/** Access rules. */

import { AppError } from '../../base/errors.ts';
import type { CiScope } from '../forges/ci-claims.ts';
import type { Build } from '../builds/build.ts';
import type { Role } from './membership.ts';

/** The caller of a request. */
export type Principal =
  | KeyPrincipal
  /** A signed-in person, with their role in each build. */
  | UserPrincipal
  /** Any caller of a server that needs no login; the name is what they say. */
  | { kind: 'local'; name?: string | undefined }
  /** Not signed in: may view public builds. */
  | { kind: 'anonymous' };

export interface KeyPrincipal {
  kind: 'key';
  keyId: string;
  buildId: number | null;
  superuser: boolean;
  /** Can access the work queue, and only those parts of a build that its leased tasks need. */
  worker?: boolean;
  /** A CI job got it for its token: it can make one release, and decide nothing. */
  ci?: CiScope;
}

export interface UserPrincipal {
  kind: 'user';
  userId: string;
  name: string;
  superuser: boolean;
  roles: ReadonlyMap<number, Role>;
}

/**
 * A principal's name in the activity log: `key:<id>`, `user:<id>/<current name>`, `local`, `local/<what they call
 * themselves>`, `anonymous`.
 */
export function actorOf(principal: Principal): string {
  if (principal.kind === 'user') return `user:${principal.userId}/${principal.name}`;
  if (principal.kind === 'local' && principal.name !== undefined) return `local/${principal.name}`;
  return principal.kind === 'key' ? `key:${principal.keyId}` : principal.kind;
}

function roleIn(principal: Principal, buildId: number): Role | undefined {
  return principal.kind === 'user' ? principal.roles.get(buildId) : undefined;
}

export function isSuperuser(principal: Principal): boolean {
  if (principal.kind === 'key' || principal.kind === 'user') return principal.superuser;
  return principal.kind === 'local';
}

/** May change the build: report, request, decide. */
export function mayUseBuild(principal: Principal, buildId: number): boolean {
  if (isSuperuser(principal)) return true;
  if (principal.kind === 'key') return principal.buildId === buildId;
  const role = roleIn(principal, buildId);
  return role === 'admin' || role === 'reviewer';
}

/** May change the build's settings, keys and people. A build's own keys may not: a leaked one could perpetuate itself. */
export function mayManageBuild(principal: Principal, buildId: number): boolean {
  return isSuperuser(principal) || roleIn(principal, buildId) === 'admin';
}

/** Whether the principal has a role in the build, rather than only public access. */
export function hasPartIn(principal: Principal, buildId: number): boolean {
  return mayUseBuild(principal, buildId) || roleIn(principal, buildId) !== undefined;
}

export function mayReadBuild(principal: Principal, build: Pick<Build, 'id' | 'isPublic'>): boolean {
  return build.isPublic || mayUseBuild(principal, build.id) || roleIn(principal, build.id) !== undefined;
}

/** The same sentence for a missing and an inaccessible build. */
export function buildNotFound(buildId: number): AppError {
  return new AppError('not_found', `Build ${buildId} does not exist, or you do not have access to it.`, {
    details: { parameter: 'build_id' },
  });
}

/** @throws AppError `not_found` | `role_required` */
export function requireBuildUse(principal: Principal, buildId: number): void {
  if (mayUseBuild(principal, buildId)) return;
  if (roleIn(principal, buildId) === undefined) throw buildNotFound(buildId);
  throw new AppError(
    'role_required',
    `You can view build ${buildId}, but only its reviewers and admins can decide.`,
  );
}

/** @throws AppError `not_found` | `role_required` */
export function requireBuildManagement(principal: Principal, buildId: number): void {
  requireBuildUse(principal, buildId);
  if (!mayManageBuild(principal, buildId)) {
    throw new AppError(
      'role_required',
      `Only admins of build ${buildId} and superusers can manage its settings, keys and people.`,
    );
  }
}

/** @throws AppError `role_required` */
export function requireSuperuser(principal: Principal, what: string): void {
  if (!isSuperuser(principal)) {
    throw new AppError('role_required', `Only a superuser may ${what}.`);
  }
}

/** May lease and process tasks. */
export function mayWork(principal: Principal): boolean {
  return isSuperuser(principal) || isWorkerKey(principal);
}

export function isWorkerKey(principal: Principal): principal is KeyPrincipal {
  return principal.kind === 'key' && principal.worker === true && !principal.superuser;
}

/** The calling worker key; undefined for other callers. */
export function workerKeyOf(principal: Principal): string | undefined {
  return isWorkerKey(principal) ? principal.keyId : undefined;
}

/** @throws AppError `role_required` */
export function requireWork(principal: Principal): void {
  if (!mayWork(principal)) {
    throw new AppError('role_required', 'Only workers and superusers may use the work queue.');
  }
}

/** The same sentence for an unknown key, a wrong secret and a revoked key. */
export function invalidCredentials(): AppError {
  return new AppError('invalid_credentials', 'The API key or its secret is wrong, or the key was revoked.');
}
