import './comments.css';
import { Icon } from '../../kit/icon.tsx';

interface CommentsToolProps {
  /** Threads that are not resolved. */
  count: number;
  isOpen: boolean;
  /** Only its place is kept. */
  isHidden?: boolean;
  onClick: () => void;
}

/** Opens and closes the comments. */
export function CommentsTool({ count, isOpen, isHidden = false, onClick }: CommentsToolProps) {
  return (
    <button
      type="button"
      className="tool comments-count"
      style={isHidden ? { visibility: 'hidden' } : undefined}
      aria-label={count === 0 ? 'Comments' : `Comments, ${count} open`}
      aria-pressed={isOpen}
      aria-keyshortcuts="Shift+C"
      title="Comments (Shift+C)"
      onClick={onClick}
    >
      <Icon name="comment" />
      {count > 0 && <span className="tool-count tabular">{count.toLocaleString('en-US')}</span>}
    </button>
  );
}
