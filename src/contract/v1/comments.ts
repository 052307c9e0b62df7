import { z } from 'zod';
import { maxCommentLength } from '../../domain/comments/comment.ts';
import { commentSides } from '../../domain/comments/comment-place.ts';
import { operation } from '../operation.ts';
import { buildId, flag, integer, longText, name, oneOf, optional, parameters } from '../parameters.ts';
import { operationId, releaseKey } from './releases.ts';

/** What members of a build say about a release, a run, or a place in an image. */

const time = z.int().meta({ description: 'Epoch milliseconds.' });
const point = z.object({
  image: z.string().meta({ description: 'Digest of the image.' }),
  x: z.int(),
  y: z.int(),
});

const comment = z.object({
  id: z.int(),
  run_id: z.int().nullable().meta({ description: 'null: about the release.' }),
  reply_to: z
    .int()
    .nullable()
    .meta({ description: 'The first comment of its thread; null: it is that one.' }),
  place: z
    .object({ side: z.enum(commentSides), before: point.nullable(), after: point.nullable() })
    .nullable()
    .meta({
      description:
        'Where it points: in the image of one side, and the same content in the other one; null where that does not have it.',
    }),
  author: z.string().meta({ description: 'The actor.' }),
  is_own: z.boolean().meta({ description: "The caller's." }),
  text: z.string().meta({ description: 'Markdown without HTML; empty once it was deleted.' }),
  mentions: z.array(z.object({ user_id: z.string(), name: z.string() })),
  created_at: time,
  edited_at: time.nullable(),
  deleted_at: time.nullable(),
  deleted_by: z.string().nullable(),
  resolved_at: time.nullable().meta({ description: 'Of the first comment of a thread.' }),
  resolved_by: z.string().nullable(),
});

const commentId = integer('ID of the comment.');
const text = longText('Markdown without HTML; @Name names a member of the build.', 4 * maxCommentLength);
const answer = z.object({ comment });

export const listComments = operation('listComments', {
  summary: 'What members of a build say about a release and its runs.',
  description:
    'Oldest first, at most 500. For members, viewers included; others see no comments, even of a public build.',
  parameters: parameters(releaseKey),
  answer: z.object({
    comments: z.array(comment),
    people: z
      .array(z.object({ user_id: z.string(), name: z.string() }))
      .meta({ description: 'The members, who can be named, without mail addresses.' }),
  }),
});

export const addComment = operation('addComment', {
  summary: 'Comments on a release, a run, or a place in an image; or replies.',
  description:
    'At most 4,000 characters, and 500 comments per release. Members who are named as @Name get a mail. Viewers may comment, too.',
  parameters: parameters({
    ...releaseKey,
    run_name: optional(name('Name of the run; without it, the comment is about the release.')),
    reply_to: optional(integer('The first comment of the thread.')),
    side: optional(oneOf('With x and y: the image that it points at.', commentSides)),
    x: optional(integer('In pixels from the left.', 0)),
    y: optional(integer('In pixels from the top.', 0)),
    text,
    operation_id: operationId,
  }),
  answer,
});

export const editComment = operation('editComment', {
  summary: "Changes the text of the caller's own comment.",
  description: 'It shows that it was edited. Only people who are named for the first time get a mail.',
  parameters: parameters({ build_id: buildId, comment_id: commentId, text }),
  answer,
});

export const deleteComment = operation('deleteComment', {
  summary: "Deletes the caller's own comment; admins delete every one.",
  description: 'Its text is gone. That there was a comment, and who deleted it, stays.',
  parameters: parameters({ build_id: buildId, comment_id: commentId }),
  answer,
});

export const resolveComment = operation('resolveComment', {
  summary: 'Resolves a thread, or reopens it.',
  description: 'Any member of the build may. 400 for a reply.',
  parameters: parameters({
    build_id: buildId,
    comment_id: commentId,
    resolved: flag('false reopens the thread.'),
  }),
  answer,
});
