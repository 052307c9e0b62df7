import { announce } from '../../kit/announcer.tsx';
import { api } from '../api/api.ts';
import { toProblem } from '../api/problem.ts';
import { newOperationId } from '../decisions/operation-id.ts';
import { toast } from '../frame/toasts.ts';
import type { Visit } from '../visit/visit.ts';
import type { DraftPlace } from './use-talk.ts';

export interface NewComment {
  text: string;
  runName?: string;
  replyTo?: number;
  place?: DraftPlace | null;
}

/** Each is saved before it is shown. @returns whether it was; a problem is a toast */
export interface TalkActions {
  add: (comment: NewComment) => Promise<boolean>;
  edit: (commentId: number, text: string) => Promise<boolean>;
  remove: (commentId: number) => Promise<boolean>;
  resolve: (commentId: number, resolved: boolean) => Promise<boolean>;
}

export function talkActions({ key, talk }: Visit): TalkActions {
  const { buildId } = key;
  const save = async (call: Promise<unknown>, said: string): Promise<boolean> => {
    try {
      await call;
      await talk.reload();
      announce(said);
      return true;
    } catch (error) {
      toast(`Not saved: ${toProblem(error).message}`, { tone: 'problem' });
      return false;
    }
  };
  return {
    add: ({ place, ...comment }) =>
      save(api.addComment({ ...key, ...comment, ...place, operationId: newOperationId() }), 'Comment saved.'),
    edit: (commentId, text) => save(api.editComment({ buildId, commentId, text }), 'Comment changed.'),
    remove: (commentId) => save(api.deleteComment({ buildId, commentId }), 'Comment deleted.'),
    resolve: (commentId, resolved) =>
      save(
        api.resolveComment({ buildId, commentId, resolved }),
        resolved ? 'Thread resolved.' : 'Thread reopened.',
      ),
  };
}
