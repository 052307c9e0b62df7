import { Link } from '@tanstack/react-router';
import { Message } from '../../kit/message.tsx';
import { ProblemState } from './problem.tsx';

/** An error in place of a release or one of its runs, which may have been deleted while it was open. */
export function ReleaseProblem({
  buildId,
  error,
  onRetry,
}: {
  buildId: string;
  error: unknown;
  onRetry: () => void;
}) {
  return (
    <ProblemState
      error={error}
      onRetry={onRetry}
      notFound={(sentence) => (
        <Message icon="search" title="Not found">
          <p>{sentence}</p>
          <p>If it was deleted, an admin can restore it for a day in the settings of the build.</p>
          <p className="message-actions">
            <button type="button" className="button" onClick={onRetry}>
              Retry
            </button>
            <Link to="/build" search={{ id: buildId }} className="button">
              Releases
            </Link>
          </p>
        </Message>
      )}
    />
  );
}
