import { cutText } from '../../base/cut-text.ts';
import { actorOf } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { nameOfActor } from '../../domain/people/actor-name.ts';
import type { Comment } from '../../domain/comments/comment.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { noteEvent } from '../events/note-event.ts';
import { tellPeople } from '../mail/tell-people.ts';

/** Characters of a comment in a mail. */
const shownLength = 500;

/**
 * Tells the endpoints of the build of a new comment, and the people whom it names; with a reply those who wrote in its
 * thread before.
 *
 * @param said `thread`: the earlier comments of its thread
 */
export async function announceComment(
  deps: Deps,
  tx: Transaction,
  principal: Principal,
  said: { release: Release; comment: Comment; thread: readonly Comment[] },
): Promise<void> {
  const { release, comment, thread } = said;
  const run = comment.runId === null ? null : await tx.runs.findById(comment.runId);
  const query = new URLSearchParams({
    id: String(release.buildId),
    name: release.name,
    number: String(release.number),
    ...(run !== null && { test: run.name }),
    comments: String(comment.replyTo ?? comment.id),
  });
  const url = `${deps.settings.publicUrl}/${run === null ? 'release' : 'run'}?${query.toString()}`;
  if (comment.editedAt === null) {
    const event = {
      type: 'comment.created',
      actor: comment.author,
      comment: { id: comment.id, url },
    } as const;
    await noteEvent(deps, tx, release, event);
  }
  const writers = thread.flatMap(({ author }) => /^user:([^/]*)/.exec(author)?.[1] ?? []);
  const wanted = new Set([...comment.mentions.map(({ userId }) => userId), ...writers]);
  if (principal.kind === 'user') wanted.delete(principal.userId);
  if (wanted.size === 0) return;
  const who = nameOfActor(actorOf(principal)) ?? 'A program';
  await tellPeople(deps, tx, {
    userIds: [...wanted],
    kind: 'mention',
    // An edit may name more people; each hears of a comment once.
    messageId: `comment-${comment.id}`,
    principal,
    release,
    subject: (buildName) =>
      `${buildName}: ${who} commented on ${run?.name ?? `${release.name} #${release.number}`}`,
    sentence: (buildName) =>
      `${who} commented on ${run === null ? '' : `${run.name} in `}release ${release.name} #${release.number} of ${buildName}:`,
    excerpt: cutText(comment.text, shownLength),
    action: { label: 'Answer', url },
  });
}
