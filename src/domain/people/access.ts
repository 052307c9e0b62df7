/** Who may do what. */

import { AppError } from '../../base/errors.ts';
import type { Build } from '../model.ts';
import type { Role } from './membership.ts';

/** Whoever sent the request. */
export type Principal =
  | KeyPrincipal
  /** A person who is signed in, with their role in each of their builds. */
  | UserPrincipal
  /** A server that needs no login: whoever reaches it. */
  | { kind: 'local' }
  /** Nobody signed in: may look at public builds. */
  | { kind: 'anonymous' };

export interface KeyPrincipal {
  kind: 'key';
  keyId: string;
  buildId: number | null;
  superuser: boolean;
  /** Reaches the work queue, and of a build only what a task asks for that this key holds the lease of. */
  worker?: boolean;
}

export interface UserPrincipal {
  kind: 'user';
  userId: string;
  name: string;
  superuser: boolean;
  roles: ReadonlyMap<number, Role>;
}

/**
 * The name under which a principal stands in the log of decisions: `key:<id>`, `user:<id>/<name as it is now>`, `local`,
 * `anonymous`.
 */
export function actorOf(principal: Principal): string {
  if (principal.kind === 'user') return `user:${principal.userId}/${principal.name}`;
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

/** May change the build's settings, keys and people. Not its own keys: whoever finds one could make it last. */
export function mayManageBuild(principal: Principal, buildId: number): boolean {
  return isSuperuser(principal) || roleIn(principal, buildId) === 'admin';
}

/** Whether the build is one of the principal's own, in whatever role, and not just one that anybody may look at. */
export function hasPartIn(principal: Principal, buildId: number): boolean {
  return mayUseBuild(principal, buildId) || roleIn(principal, buildId) !== undefined;
}

export function mayReadBuild(principal: Principal, build: Pick<Build, 'id' | 'isPublic'>): boolean {
  return build.isPublic || mayUseBuild(principal, build.id) || roleIn(principal, build.id) !== undefined;
}

/** One sentence for "no such build" and "not yours". */
export function buildNotFound(buildId: number): AppError {
  return new AppError('not_found', `There is no build ${buildId}, or you may not use it.`, {
    details: { parameter: 'build_id' },
  });
}

/** @throws AppError `not_found` | `role_required` */
export function requireBuildUse(principal: Principal, buildId: number): void {
  if (mayUseBuild(principal, buildId)) return;
  if (roleIn(principal, buildId) === undefined) throw buildNotFound(buildId);
  throw new AppError('role_required', `You may look at build ${buildId}, not decide in it.`);
}

/** @throws AppError `not_found` | `role_required` */
export function requireBuildManagement(principal: Principal, buildId: number): void {
  requireBuildUse(principal, buildId);
  if (!mayManageBuild(principal, buildId)) {
    throw new AppError(
      'role_required',
      `Settings, keys and people of build ${buildId} are for its admins and for superusers.`,
    );
  }
}

/** @throws AppError `role_required` */
export function requireSuperuser(principal: Principal, what: string): void {
  if (!isSuperuser(principal)) {
    throw new AppError('role_required', `Only a superuser may ${what}.`);
  }
}

/** May lease tasks, and do what they ask for. */
export function mayWork(principal: Principal): boolean {
  return isSuperuser(principal) || isWorkerKey(principal);
}

export function isWorkerKey(principal: Principal): principal is KeyPrincipal {
  return principal.kind === 'key' && principal.worker === true && !principal.superuser;
}

/** The worker key that calls; undefined for everybody else. */
export function workerKeyOf(principal: Principal): string | undefined {
  return isWorkerKey(principal) ? principal.keyId : undefined;
}

/** @throws AppError `role_required` */
export function requireWork(principal: Principal): void {
  if (!mayWork(principal)) {
    throw new AppError('role_required', 'Only workers and superusers may use the work queue.');
  }
}

/** One body for unknown key, wrong secret and revoked key. */
export function invalidCredentials(): AppError {
  return new AppError('invalid_credentials', 'The API key or its secret is wrong, or the key was revoked.');
}
