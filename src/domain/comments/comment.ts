/** What members of a build say about a release, one of its runs, or a place in an image. */

import { AppError } from '../../base/errors.ts';
import { madeVisible } from '../../base/invisible-text.ts';
import type { CommentPlace } from './comment-place.ts';

export interface Comment {
  id: number;
  buildId: number;
  releaseId: number;
  /** Null: about the release. */
  runId: number | null;
  /** The first comment of its thread; null: it is that one. */
  replyTo: number | null;
  /** Where it points; null for replies and for what is about a whole page. */
  place: CommentPlace | null;
  /** An actor. */
  author: string;
  /** Markdown; empty once it was deleted. */
  text: string;
  mentions: readonly Mention[];
  operationId: string;
  createdAt: number;
  editedAt: number | null;
  deletedAt: number | null;
  deletedBy: string | null;
  /** Of the first of a thread. */
  resolvedAt: number | null;
  resolvedBy: string | null;
}

/** A member whom a comment names. */
export interface Mention {
  userId: string;
  name: string;
}

/** In characters. */
export const maxCommentLength = 4_000;
/** Of one release, with replies and deleted ones. */
export const maxComments = 500;
/** Of one comment. */
const maxMentions = 20;

const controlCharacter = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

/**
 * The text of a comment as it is stored: line breaks are \n, spaces around it are gone, and invisible characters are
 * written out, so that the text is safe to show anywhere.
 *
 * @throws AppError `invalid_argument`
 */
export function checkCommentText(text: string): string {
  const refuse = (problem: string) =>
    new AppError('invalid_argument', `text ${problem}`, { details: { parameter: 'text' } });
  const written = madeVisible(text.replace(/\r\n?|[\u2028\u2029]/g, '\n')).trim();
  if (written === '') throw refuse('must not be empty.');
  const length = written.length <= maxCommentLength ? written.length : [...written].length;
  if (length > maxCommentLength) {
    throw refuse(
      `must be at most ${maxCommentLength.toLocaleString('en-US')} characters long; it has ${length.toLocaleString('en-US')}.`,
    );
  }
  if (controlCharacter.test(written)) throw refuse('must not contain control characters.');
  if (!written.isWellFormed()) throw refuse('must be valid Unicode.');
  return written;
}

/**
 * The people whom a text names as `@Name`, each once, in the order of the text; upper and lower case are one. Of two
 * names that begin alike, the longer is meant. All people of one name are meant.
 */
export function mentionsIn(text: string, people: readonly Mention[]): Mention[] {
  const found = new Map<string, Mention>();
  for (const { name } of mentionPlaces(text, people)) {
    for (const person of people) {
      if (person.name.toLowerCase() === name && found.size < maxMentions) found.set(person.userId, person);
    }
  }
  return [...found.values()];
}

/** Where a text names people: from the @ on. */
export function mentionPlaces(
  text: string,
  people: readonly Pick<Mention, 'name'>[],
): { from: number; to: number; /** In lower case. */ name: string }[] {
  const names = [...new Set(people.map(({ name }) => name.toLowerCase()))].toSorted(
    (a, b) => b.length - a.length,
  );
  const lower = text.toLowerCase();
  const places: { from: number; to: number; name: string }[] = [];
  for (const { index } of lower.matchAll(/(?<![\p{L}\p{N}_.@-])@/gu)) {
    const rest = lower.slice(index + 1);
    const name = names.find(
      (each) => rest.startsWith(each) && !/^[\p{L}\p{N}_]/u.test(rest.slice(each.length)),
    );
    if (name !== undefined) places.push({ from: index, to: index + 1 + name.length, name });
  }
  return places;
}

/** Whether two actors are one person or key, whatever the person's name was at the time. */
export function isSameActor(one: string, other: string): boolean {
  return identityOf(one) === identityOf(other);
}

function identityOf(actor: string): string {
  return /^user:[^/]*/.exec(actor)?.[0] ?? actor;
}

/** Threads that are not resolved and of which not everything was deleted. */
export function countOpenThreads(
  comments: readonly Pick<Comment, 'id' | 'replyTo' | 'deletedAt' | 'resolvedAt'>[],
): number {
  const resolved = new Set(comments.flatMap(({ id, resolvedAt }) => (resolvedAt === null ? [] : [id])));
  const alive = comments
    .filter(({ deletedAt }) => deletedAt === null)
    .map(({ id, replyTo }) => replyTo ?? id);
  return new Set(alive.filter((id) => !resolved.has(id))).size;
}
