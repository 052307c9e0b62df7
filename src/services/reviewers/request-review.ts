import { AppError } from '../../base/errors.ts';
import { actorOf, mayReadBuild, requireBuildUse } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { isDecided } from '../../domain/releases/release-lifecycle.ts';
import type { Build } from '../../domain/builds/build.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { StatusCounts } from '../../domain/releases/status-counts.ts';
import type { ReviewRequest } from '../../ports/store/review-requests.ts';
import type { Transaction } from '../../ports/store.ts';
import type { User } from '../../domain/people/membership.ts';
import { findReleaseToRead, lockReleaseToUse } from '../builds/find-build.ts';
import type { ReleaseName } from '../builds/find-build.ts';
import { nameOfActor } from '../../domain/people/actor-name.ts';
import type { Deps } from '../deps.ts';
import { noteEvent } from '../events/note-event.ts';
import { tellPeople } from '../mail/tell-people.ts';
import { countsByRelease, noCounts } from '../releases/counts-by-release.ts';
import { resultsUrl } from '../releases/runs-done.ts';

export interface Reviewer {
  user: User;
  /** Null: not asked. */
  request: ReviewRequest | null;
}

/** The people who can decide in a build, by name, and whether each is asked to review a release. */
export async function listReviewers(deps: Deps, principal: Principal, key: ReleaseName): Promise<Reviewer[]> {
  return deps.store.read(async (tx) => {
    const { release } = await findReleaseToRead(tx, principal, key);
    requireBuildUse(principal, release.buildId);
    const requests = new Map((await tx.reviewRequests.ofRelease(release.id)).map((one) => [one.userId, one]));
    const people = await deciders(tx, release.buildId);
    return people.map((user) => ({ user, request: requests.get(user.id) ?? null }));
  });
}

async function deciders(tx: Transaction, buildId: number): Promise<User[]> {
  const members = await tx.people.members(buildId);
  return members.filter(({ membership }) => membership.role !== 'viewer').map(({ user }) => user);
}

/**
 * Asks a person to review a release, or withdraws that.
 *
 * @throws AppError `not_found` if the person cannot decide in the build; `invalid_transition` if the release is decided
 */
export async function requestReview(
  deps: Deps,
  principal: Principal,
  { userId, wanted, ...key }: ReleaseName & { userId: string; wanted: boolean },
): Promise<Release> {
  return deps.store.transaction(async (tx) => {
    const release = await lockReleaseToUse(tx, principal, key);
    if (!wanted) {
      await tx.reviewRequests.remove(release.id, userId);
      return release;
    }
    const named = `Release "${release.name}" number ${release.number}`;
    if (isDecided(release.status)) {
      throw new AppError(
        'invalid_transition',
        `${named} is ${release.status}: reopen its review before you ask for one.`,
        { details: { status: release.status } },
      );
    }
    if (!(await deciders(tx, release.buildId)).some(({ id }) => id === userId)) {
      throw new AppError(
        'not_found',
        `Build ${release.buildId} has no reviewer or admin "${userId.slice(0, 100)}".`,
        { details: { parameter: 'user_id' } },
      );
    }
    const { id: releaseId, buildId } = release;
    await tx.reviewRequests.add({
      ...{ releaseId, buildId, userId },
      ...{ requestedBy: actorOf(principal), requestedAt: deps.clock.now() },
    });
    await noteEvent(deps, tx, release, { type: 'review.requested', actor: actorOf(principal) });
    const who = nameOfActor(actorOf(principal)) ?? 'A program';
    const subject = (buildName: string) =>
      `${buildName}: ${who} asks you to review ${release.name} #${release.number}`;
    await tellPeople(deps, tx, {
      userIds: principal.kind === 'user' && principal.userId === userId ? [] : [userId],
      kind: 'review_requested',
      messageId: `review-request-${release.id}`,
      principal,
      release,
      subject,
      sentence: (buildName) =>
        `${who} asks you to review release ${release.name} #${release.number} of ${buildName}.`,
      excerpt: null,
      action: { label: 'Review', url: resultsUrl(deps, release) },
    });
    return release;
  });
}

export interface RequestedReview {
  request: ReviewRequest;
  build: Build;
  release: Release;
  counts: StatusCounts;
}

const maxRequests = 100;

/** What waits for the caller; nothing for a key. */
export async function listReviewRequests(deps: Deps, principal: Principal): Promise<RequestedReview[]> {
  if (principal.kind !== 'user') return [];
  return deps.store.read(async (tx) => {
    const requests = await tx.reviewRequests.openOf(principal.userId, maxRequests);
    const ids = requests.map(({ releaseId }) => releaseId);
    const releases = new Map((await tx.releases.findMany(ids)).map((release) => [release.id, release]));
    const counts = await countsByRelease(tx, ids);
    const buildIds = [...new Set(requests.map(({ buildId }) => buildId))];
    const listed =
      buildIds.length === 0 ? [] : await tx.builds.list({ ids: buildIds }, { limit: maxRequests, offset: 0 });
    const builds = new Map(listed.map((build) => [build.id, build]));
    const found: RequestedReview[] = [];
    for (const request of requests) {
      const release = releases.get(request.releaseId);
      const build = builds.get(request.buildId);
      if (release === undefined || build === undefined || !mayReadBuild(principal, build)) continue;
      found.push({ request, build, release, counts: counts.get(release.id) ?? noCounts() });
    }
    return found;
  });
}
