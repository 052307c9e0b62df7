import { nextAddress } from '../../../../base/next-address.ts';
import { forgetToken } from '../../api/session-credentials.ts';

/** Reloads into a page of this site, so that no data of the previous login remains. */
export function enter(next: string | undefined): void {
  forgetToken();
  window.location.assign(nextAddress(next, window.location.origin));
}

/** The provider sign-in to confirm with a password. */
export function linkOfAddress(): string | undefined {
  return /^#link=([\w-]+)$/.exec(window.location.hash)?.[1];
}

/** The one-time token after a link's #; no server sees it until the form is sent. */
export function tokenOfLink(): string {
  return window.location.hash.slice(1);
}
