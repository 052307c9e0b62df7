import type { Principal } from '../../domain/people/access.ts';
import type { Comment, Mention } from '../../domain/comments/comment.ts';
import type { Transaction } from '../../ports/store.ts';
import { findReleaseToRead } from '../builds/find-build.ts';
import type { ReleaseName } from '../builds/find-build.ts';
import type { Deps } from '../deps.ts';
import { requirePart } from './lock-talk.ts';

/** The comments of a release, oldest first, and the members who can be named. @throws AppError `not_found` */
export async function listComments(
  deps: Deps,
  principal: Principal,
  key: ReleaseName,
): Promise<{ comments: Comment[]; people: Mention[] }> {
  return deps.store.read(async (tx) => {
    requirePart(principal, key.buildId);
    const { release } = await findReleaseToRead(tx, principal, key);
    return { comments: await tx.comments.ofRelease(release.id), people: await peopleToName(tx, key.buildId) };
  });
}

export async function peopleToName(tx: Transaction, buildId: number): Promise<Mention[]> {
  return (await tx.people.members(buildId)).map(({ user: { id, name } }) => ({ userId: id, name }));
}
