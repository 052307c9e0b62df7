import { nextAddress } from '../../../../base/next-address.ts';
import { forgetToken } from '../../api/session-credentials.ts';

/** Loads a page of this site anew, so that nothing of whoever was signed in before stays. */
export function enter(next: string | undefined): void {
  forgetToken();
  window.location.assign(nextAddress(next, window.location.origin));
}

/** What a sign-in with a provider left for the password to confirm. */
export function linkOfAddress(): string | undefined {
  return /^#link=([\w-]+)$/.exec(window.location.hash)?.[1];
}

/** The one-time token that a link carries behind its #; no server sees it until the form is sent. */
export function tokenOfLink(): string {
  return window.location.hash.slice(1);
}
