import { AppError } from '../../base/errors.ts';
import { actorOf } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { checkName } from '../../domain/names.ts';
import { checkCommentText, maxComments, mentionsIn, type Comment } from '../../domain/comments/comment.ts';
import { pointInOther, type CommentPlace, type CommentSide } from '../../domain/comments/comment-place.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { Transaction } from '../../ports/store.ts';
import type { ReleaseName } from '../builds/find-build.ts';
import type { Deps } from '../deps.ts';
import { announceComment } from './announce-comment.ts';
import { peopleToName } from './list-comments.ts';
import { lockTalk, noteTalk } from './lock-talk.ts';

export interface AddCommentInput extends ReleaseName {
  /** Undefined: about the release. */
  runName?: string | undefined;
  /** The first comment of a thread. */
  replyTo?: number | undefined;
  /** A place in the run's image of one side, in pixels. All three, or none. */
  side?: CommentSide | undefined;
  x?: number | undefined;
  y?: number | undefined;
  /** Markdown. */
  text: string;
  /** Chosen by the client: repeating an operation changes nothing and returns the same answer. */
  operationId: string;
}

/** @throws AppError `not_found` | `invalid_argument` | `conflict` when the release has too many */
export async function addComment(deps: Deps, principal: Principal, input: AddCommentInput): Promise<Comment> {
  const operationId = checkName('operation_id', input.operationId);
  const text = checkCommentText(input.text);
  return deps.store.transaction(async (tx) => {
    const release = await lockTalk(tx, principal, input);
    const existing = await tx.comments.ofRelease(release.id);
    const done = existing.find((comment) => comment.operationId === operationId);
    if (done !== undefined) return done;
    if (existing.length >= maxComments) {
      throw new AppError(
        'conflict',
        `Release "${release.name}" number ${release.number} has ${maxComments} comments, which is the limit.`,
      );
    }
    const first = input.replyTo === undefined ? null : firstOf(existing, input.replyTo);
    const run = input.runName === undefined ? null : await findRun(tx, release.id, input.runName);
    if (first !== null && (run !== null || input.side !== undefined)) {
      throw new AppError(
        'invalid_argument',
        'A reply is about what its thread is about; leave out run_name and the place.',
        {
          details: { parameter: run === null ? 'side' : 'run_name' },
        },
      );
    }
    const place = placeOf(input, run);
    const actor = actorOf(principal);
    const comment = await tx.comments.insert({
      buildId: release.buildId,
      releaseId: release.id,
      runId: first === null ? (run?.id ?? null) : first.runId,
      replyTo: first?.id ?? null,
      place,
      author: actor,
      text,
      mentions: mentionsIn(text, await peopleToName(tx, release.buildId)),
      operationId,
      createdAt: deps.clock.now(),
      editedAt: null,
      deletedAt: null,
      deletedBy: null,
      resolvedAt: null,
      resolvedBy: null,
    });
    await noteTalk(deps, tx, release, { comment, actor, kind: 'comment_added' });
    const thread =
      first === null ? [] : existing.filter(({ id, replyTo }) => [id, replyTo].includes(first.id));
    await announceComment(deps, tx, principal, { release, comment, thread });
    return comment;
  });
}

function firstOf(existing: readonly Comment[], id: number): Comment {
  const found = existing.find((comment) => comment.id === id);
  const details = { details: { parameter: 'reply_to' } };
  if (found === undefined) throw new AppError('not_found', `The release has no comment ${id}.`, details);
  if (found.replyTo === null) return found;
  throw new AppError(
    'invalid_argument',
    `Comment ${id} is a reply; reply to comment ${found.replyTo}, the first of its thread.`,
    details,
  );
}

async function findRun(tx: Transaction, releaseId: number, name: string): Promise<Run> {
  const run = await tx.runs.find(releaseId, checkName('run_name', name));
  if (run !== null) return run;
  throw new AppError('not_found', `The release has no run "${name}".`, {
    details: { parameter: 'run_name' },
  });
}

/** @throws AppError `invalid_argument` */
function placeOf({ side, x, y }: AddCommentInput, run: Run | null): CommentPlace | null {
  const refuse = (parameter: string, problem: string) =>
    new AppError('invalid_argument', problem, { details: { parameter } });
  if (side === undefined && x === undefined && y === undefined) return null;
  if (side === undefined || x === undefined || y === undefined) {
    throw refuse(side === undefined ? 'side' : x === undefined ? 'x' : 'y', 'A place needs side, x and y.');
  }
  if (run === null) throw refuse('run_name', 'A place is in the image of a run; name it with run_name.');
  const image = run[side === 'before' ? 'ref' : 'current'].image;
  if (image === null) throw refuse('side', `The run has no image of the side "${side}".`);
  const other = run[side === 'before' ? 'current' : 'ref'].image;
  const alignment = run.diff.details?.alignment;
  const moves = alignment === undefined || alignment.skipped !== undefined ? null : alignment;
  const there = other === null ? null : pointInOther(moves, side, { x, y });
  const own = { image, x, y };
  const counterpart = there === null || other === null ? null : { image: other, ...there };
  return { side, before: side === 'before' ? own : counterpart, after: side === 'after' ? own : counterpart };
}
