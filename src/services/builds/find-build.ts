import {
  buildNotFound,
  mayReadBuild,
  requireBuildManagement,
  requireBuildUse,
} from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import { checkInteger } from '../../domain/names.ts';
import type { Build } from '../../domain/builds/build.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Transaction } from '../../ports/store.ts';
import { requireOwnRelease } from './own-release.ts';

const maxId = Number.MAX_SAFE_INTEGER;

/** Identifies a release. */
export interface ReleaseName {
  buildId: number;
  releaseName: string;
  releaseNumber: number;
}

/** The build, if the principal may change it. @throws AppError `not_found` | `role_required` */
export async function findBuildToUse(tx: Transaction, principal: Principal, buildId: number): Promise<Build> {
  checkInteger('build_id', buildId, 0, maxId);
  requireBuildUse(principal, buildId);
  return (await tx.builds.find(buildId)) ?? raise(buildNotFound(buildId));
}

/** The build, if the principal may manage it. @throws AppError `not_found` | `role_required` */
export async function findBuildToManage(
  tx: Transaction,
  principal: Principal,
  buildId: number,
): Promise<Build> {
  requireBuildManagement(principal, buildId);
  return findBuildToUse(tx, principal, buildId);
}

/** The build, if the principal may view it. @throws AppError `not_found` */
export async function findBuildToRead(
  tx: Transaction,
  principal: Principal,
  buildId: number,
): Promise<Build> {
  checkInteger('build_id', buildId, 0, maxId);
  const build = await tx.builds.find(buildId);
  if (build === null || !mayReadBuild(principal, build)) throw buildNotFound(buildId);
  return build;
}

/** Locks a release for change; a build key's own build exists, so the build's row need not be read. */
export async function lockReleaseToUse(
  tx: Transaction,
  principal: Principal,
  key: ReleaseName,
): Promise<Release> {
  requireReleaseUse(principal, key);
  const release = await tx.releases.lock({
    buildId: key.buildId,
    name: key.releaseName,
    number: key.releaseNumber,
  });
  if (release !== null) await requireOwnRelease(tx, principal, release);
  return release ?? refuseMissingRelease(tx, principal, key);
}

/** @throws AppError `invalid_argument` | `not_found` | `role_required` unless the principal may change what is in the build */
export function requireReleaseUse(principal: Principal, key: ReleaseName): void {
  checkRelease(key);
  requireBuildUse(principal, key.buildId);
}

/** @throws AppError `not_found`, always: for the build, if that is missing, too */
export async function refuseMissingRelease(
  tx: Transaction,
  principal: Principal,
  key: ReleaseName,
): Promise<never> {
  await findBuildToUse(tx, principal, key.buildId);
  throw releaseNotFound(key);
}

export async function findReleaseToRead(
  tx: Transaction,
  principal: Principal,
  key: ReleaseName,
): Promise<{ build: Build; release: Release }> {
  checkRelease(key);
  const build = await findBuildToRead(tx, principal, key.buildId);
  const release = await tx.releases.find({
    buildId: key.buildId,
    name: key.releaseName,
    number: key.releaseNumber,
  });
  if (release === null) throw releaseNotFound(key);
  return { build, release };
}

function checkRelease(key: ReleaseName): void {
  checkInteger('build_id', key.buildId, 0, maxId);
  checkInteger('release_number', key.releaseNumber, 1, maxId);
}

function releaseNotFound(key: ReleaseName): AppError {
  return new AppError(
    'not_found',
    `Build ${key.buildId} has no release "${key.releaseName.slice(0, 255)}" number ${key.releaseNumber}.`,
    { details: { parameter: 'release_name' } },
  );
}

export function raise(error: Error): never {
  throw error;
}
