import type { Selectable } from 'kysely';
import type { ReviewRequest, ReviewRequestRepository } from '../../ports/store/review-requests.ts';
import type { Connection } from './connection.ts';
import type { ReviewRequestsTable } from './schema-comments.ts';

export function reviewRequestRepository({ db }: Connection): ReviewRequestRepository {
  return {
    async ofRelease(releaseId) {
      const query = db.selectFrom('review_requests').selectAll().where('release_id', '=', releaseId);
      return (await query.execute()).map(toRequest);
    },
    async openOf(userId, limit) {
      const rows = await db
        .selectFrom('review_requests')
        .innerJoin('releases', 'releases.id', 'review_requests.release_id')
        .selectAll('review_requests')
        .where('user_id', '=', userId)
        .where('releases.status', 'in', ['receiving', 'processing', 'reviewing'])
        .where('releases.deleted_at', 'is', null)
        .orderBy('requested_at', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toRequest);
    },
    async add({ releaseId, buildId, userId, requestedBy, requestedAt }) {
      await db
        .insertInto('review_requests')
        .values({
          release_id: releaseId,
          build_id: buildId,
          user_id: userId,
          requested_by: requestedBy,
          requested_at: requestedAt,
        })
        .onConflict((conflict) => conflict.columns(['release_id', 'user_id']).doNothing())
        .execute();
    },
    async remove(releaseId, userId) {
      await db
        .deleteFrom('review_requests')
        .where('release_id', '=', releaseId)
        .where('user_id', '=', userId)
        .execute();
    },
  };
}

function toRequest(row: Selectable<ReviewRequestsTable>): ReviewRequest {
  return {
    releaseId: row.release_id,
    buildId: row.build_id,
    userId: row.user_id,
    requestedBy: row.requested_by,
    requestedAt: row.requested_at,
  };
}
