/** Who may do what. */

import { AppError } from './errors.ts';
import type { Build } from './model.ts';

/** Whoever sent the request. */
export type Principal =
  | { kind: 'key'; keyId: string; buildId: number | null; superuser: boolean }
  /** A server that needs no login: whoever reaches it. */
  | { kind: 'local' }
  /** Nobody signed in: may look at public builds. */
  | { kind: 'anonymous' };

/** The name under which a principal stands in the log of decisions. */
export function actorOf(principal: Principal): string {
  return principal.kind === 'key' ? `key:${principal.keyId}` : principal.kind;
}

export function isSuperuser(principal: Principal): boolean {
  return principal.kind === 'local' || (principal.kind === 'key' && principal.superuser);
}

/** May change the build: report, request, decide. */
export function mayUseBuild(principal: Principal, buildId: number): boolean {
  return isSuperuser(principal) || (principal.kind === 'key' && principal.buildId === buildId);
}

/** May change the build's settings and its keys. Not its own keys: whoever finds one could make it last. */
export function mayManageBuild(principal: Principal, _buildId: number): boolean {
  return isSuperuser(principal);
}

export function mayReadBuild(principal: Principal, build: Pick<Build, 'id' | 'isPublic'>): boolean {
  return build.isPublic || mayUseBuild(principal, build.id);
}

/** One sentence for "no such build" and "not yours". */
export function buildNotFound(buildId: number): AppError {
  return new AppError('not_found', `There is no build ${buildId}, or you may not use it.`, {
    details: { parameter: 'build_id' },
  });
}

/** @throws AppError `not_found` */
export function requireBuildUse(principal: Principal, buildId: number): void {
  if (!mayUseBuild(principal, buildId)) throw buildNotFound(buildId);
}

/** @throws AppError `not_found` | `role_required` */
export function requireBuildManagement(principal: Principal, buildId: number): void {
  requireBuildUse(principal, buildId);
  if (!mayManageBuild(principal, buildId)) {
    throw new AppError(
      'role_required',
      `Settings and keys of build ${buildId} may be changed by its administrators and by superusers, not with one of its keys.`,
    );
  }
}

/** @throws AppError `role_required` */
export function requireSuperuser(principal: Principal, what: string): void {
  if (!isSuperuser(principal)) {
    throw new AppError('role_required', `Only a superuser may ${what}.`);
  }
}

/** One body for unknown key, wrong secret and revoked key. */
export function invalidCredentials(): AppError {
  return new AppError('invalid_credentials', 'The API key or its secret is wrong, or the key was revoked.');
}
