import type { Principal } from '../../domain/people/access.ts';
import type { Build } from '../../domain/builds/build.ts';
import type { Deps } from '../deps.ts';
import { findBuildToRead } from './find-build.ts';

/** @throws AppError `not_found` */
export async function readBuild(deps: Deps, principal: Principal, buildId: number): Promise<Build> {
  return deps.store.read((tx) => findBuildToRead(tx, principal, buildId));
}
