import { ProtocolError } from './cdp-connection.ts';

/** Errors of commands that a navigation interrupted. */
export function isNavigationError(error: unknown): boolean {
  return (
    error instanceof ProtocolError &&
    /context was destroyed|Cannot find (default execution )?context|navigated or closed|Not attached to an active page/i.test(
      error.message,
    )
  );
}
