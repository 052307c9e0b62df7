import { Link, useLocation } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Banner } from '../../kit/banner.tsx';
import { Message } from '../../kit/message.tsx';
import type { AppError } from '../../../base/errors.ts';
import { requestIdOf, statusOf, toProblem } from '../api/problem.ts';
import { Page, type PageProps } from '../frame/page.tsx';

/** An error shown while older data is still visible. */
export function ProblemBanner({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = toProblem(error);
  return (
    <Banner
      isAlert
      action={
        onRetry !== undefined && (
          <button type="button" className="button small" onClick={onRetry}>
            Retry
          </button>
        )
      }
    >
      {sentenceOf(problem)}
    </Banner>
  );
}

/** An error in place of a page's content: sign in, not found, or an error with a retry. */
export function ProblemState({
  error,
  onRetry,
  notFound,
}: {
  error: unknown;
  onRetry?: () => void;
  /** In place of the usual text when there is no such thing. */
  notFound?: (sentence: string) => ReactNode;
}) {
  const problem = toProblem(error);
  const status = statusOf(problem);
  if (status === 401) return <SignInState />;
  if (status === 404) return notFound?.(problem.message) ?? <NotFoundState sentence={problem.message} />;
  return (
    <Message icon="warning" title={status === 403 ? 'No access' : 'This could not be loaded'}>
      <p>{sentenceOf(problem)}</p>
      <p className="message-actions">
        {onRetry !== undefined && (
          <button type="button" className="button" onClick={onRetry}>
            Retry
          </button>
        )}
        <Link to="/" className="button">
          All builds
        </Link>
      </p>
    </Message>
  );
}

export function NotFoundState({ sentence = 'There is no page at this address.' }: { sentence?: string }) {
  return (
    <Message icon="search" title="Not found">
      <p>{sentence}</p>
      <p className="message-actions">
        <Link to="/" className="button">
          All builds
        </Link>
      </p>
    </Message>
  );
}

function SignInState() {
  const { pathname, searchStr, hash } = useLocation();
  const next = pathname + searchStr + (hash === '' ? '' : `#${hash}`);
  return (
    <Message icon="info" title="Sign in to see this">
      <p>If the page exists, you need access to it. Public builds are open to everyone.</p>
      <p className="message-actions">
        <Link to="/login" search={{ next }} className="button primary">
          Sign in
        </Link>
        <Link to="/" className="button">
          Public builds
        </Link>
      </p>
    </Message>
  );
}

/** A page that shows only an error. */
export function ProblemPage({
  error,
  onRetry,
  title = 'Depicted',
  ...page
}: { error: unknown; onRetry?: () => void; title?: string } & Pick<PageProps, 'crumbs'>) {
  return (
    <Page title={title} {...page}>
      <ProblemState error={error} {...(onRetry && { onRetry })} />
    </Page>
  );
}

/** Server errors include the request id from the server's log. */
export function sentenceOf(problem: AppError): string {
  const requestId = requestIdOf(problem);
  if (statusOf(problem) < 500 || requestId === '') return problem.message;
  return `Something went wrong on the server. Give your operator this request ID: ${requestId}.`;
}
