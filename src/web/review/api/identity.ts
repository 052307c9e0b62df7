/** Who decides in this browser. */

import { isSamePerson } from '../../../domain/runs/approvals.ts';
import { reviewerName } from './reviewer.ts';

let actor: string | null = null;

/** @param me actor of the session, as the server names it */
export function rememberMe(me: string): void {
  actor = me;
}

/** Whether an actor is the person at this browser, under any name that an account had. */
export function isMe(by: string): boolean {
  const name = reviewerName();
  const me = actor === 'local' && name !== '' ? `local/${name}` : actor;
  return me !== null && isSamePerson(by, me);
}
