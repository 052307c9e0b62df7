import { useState } from 'react';
import { Age } from '../../kit/age.tsx';
import { ConfirmDialog } from '../../kit/confirm-dialog.tsx';
import { Icon } from '../../kit/icon.tsx';
import { plural } from '../../kit/format.ts';
import { actorName } from '../decisions/actor-name.ts';
import { CommentForm } from './comment-form.tsx';
import { CommentText } from './comment-text.tsx';
import type { Comment, TalkState, Thread } from '../visit/talk-store.ts';
import type { TalkActions } from './talk-actions.ts';

interface ThreadProps {
  thread: Thread;
  /** Of its pin; null: it points at no place. */
  pin: number | null;
  /** Its place is in none of the images that are shown. */
  isElsewhere?: boolean;
  isChosen: boolean;
  people: TalkState['people'];
  mayManage: boolean;
  actions: TalkActions;
  onChoose: () => void;
}

/** A comment and its answers; a resolved one is folded to a line. */
export function ThreadView({ thread, pin, isElsewhere = false, isChosen, ...more }: ThreadProps) {
  const { first, replies } = thread;
  const { people, mayManage, actions, onChoose } = more;
  const isResolved = first.resolvedAt !== null;
  const [isUnfolded, setUnfolded] = useState(false);
  const [isReplying, setReplying] = useState(false);
  if (isResolved && !isUnfolded && !isChosen) {
    return (
      <article className="thread" data-thread={first.id} data-resolved>
        <button
          type="button"
          className="thread-fold line text-12"
          aria-expanded={false}
          onClick={() => setUnfolded(true)}
        >
          <Icon name="picked" size={12} />
          <span className="ellipsis">
            {pin !== null && `${pin} · `}Resolved by {actorName(first.resolvedBy)} ·{' '}
            {plural(1 + replies.length, 'comment')}
          </span>
        </button>
      </article>
    );
  }
  return (
    <article
      className="thread"
      data-thread={first.id}
      data-chosen={isChosen || undefined}
      data-resolved={isResolved || undefined}
      aria-label={`Thread by ${actorName(first.author)}`}
    >
      {(pin !== null || isElsewhere) && (
        <div className="thread-place line text-12">
          {pin === null ? (
            <span className="muted">About an earlier image, which is no longer shown</span>
          ) : (
            <button type="button" className="tool" onClick={onChoose} aria-pressed={isChosen}>
              <span className="pin-number" aria-hidden="true">
                {pin}
              </span>
              Show place {pin}
            </button>
          )}
        </div>
      )}
      {[first, ...replies].map((comment) => (
        <CommentView
          key={comment.id}
          comment={comment}
          people={people}
          mayManage={mayManage}
          actions={actions}
        />
      ))}
      <div className="comment-actions line">
        {!isReplying && (
          <button type="button" className="button small" onClick={() => setReplying(true)}>
            Reply
          </button>
        )}
        <button
          type="button"
          className="button small"
          onClick={() => void actions.resolve(first.id, !isResolved)}
        >
          {isResolved ? 'Reopen' : 'Resolve'}
        </button>
        {isResolved && isUnfolded && !isChosen && (
          <button type="button" className="button small" onClick={() => setUnfolded(false)}>
            Fold
          </button>
        )}
      </div>
      {isReplying && (
        <CommentForm
          label="Reply"
          send="Reply"
          people={people}
          takesFocus
          onSend={async (text) => {
            const isSaved = await actions.add({ text, replyTo: first.id });
            if (isSaved) setReplying(false);
            return isSaved;
          }}
          onCancel={() => setReplying(false)}
        />
      )}
    </article>
  );
}

interface CommentViewProps {
  comment: Comment;
  people: TalkState['people'];
  mayManage: boolean;
  actions: TalkActions;
}

function CommentView({ comment, people, mayManage, actions }: CommentViewProps) {
  const [isEditing, setEditing] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const { id, author, text, isOwn, mentions, createdAt, editedAt, deletedAt, deletedBy } = comment;
  if (deletedAt !== null)
    return (
      <p className="comment muted text-12">
        Deleted by <bdi>{actorName(deletedBy)}</bdi>, <Age at={deletedAt} />
      </p>
    );
  return (
    <div className="comment" data-comment={id}>
      <div className="comment-head line text-12">
        <strong className="ellipsis">
          <bdi>{actorName(author)}</bdi>
        </strong>
        <span className="muted">
          <Age at={createdAt} />
          {editedAt !== null && (
            <span title={`Edited ${new Date(editedAt).toLocaleString('en-GB')}`}> · edited</span>
          )}
        </span>
        {!isEditing && (isOwn || mayManage) && (
          <span className="comment-tools">
            {isOwn && (
              <button type="button" className="tool" onClick={() => setEditing(true)}>
                Edit
              </button>
            )}
            <button type="button" className="tool" onClick={() => setAsking(true)}>
              Delete
            </button>
          </span>
        )}
      </div>
      {isEditing ? (
        <CommentForm
          label="Edit the comment"
          send="Save"
          text={text}
          people={people}
          takesFocus
          onSend={async (changed) => {
            const isSaved = await actions.edit(id, changed);
            if (isSaved) setEditing(false);
            return isSaved;
          }}
          onCancel={() => setEditing(false)}
        />
      ) : (
        <CommentText text={text} people={mentions} />
      )}
      {isAsking && (
        <ConfirmDialog
          title="Delete this comment?"
          confirm={{ label: 'Delete', tone: 'reject', act: () => void actions.remove(id) }}
          keep={{ label: 'Keep' }}
          initial="keep"
          onClose={() => setAsking(false)}
        >
          <p className="muted">Its text is gone for everyone. That you deleted a comment stays visible.</p>
        </ConfirmDialog>
      )}
    </div>
  );
}
