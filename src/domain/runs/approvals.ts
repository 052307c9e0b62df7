/** Whose approvals count for a run, and how many are needed. Pure. */

import type { Approval } from './verdict.ts';

/** The author of a release, as far as a person can be recognized. */
export interface KnownAuthor {
  /** The person with the author's mail address. */
  userId: string | null;
  /** In lower case. */
  name: string | null;
}

export interface ApprovalRule {
  /** 1 to 5. */
  required: number;
  /** Whose approval does not count; null: anyone's does. */
  author: KnownAuthor | null;
}

export const oneApproval: ApprovalRule = { required: 1, author: null };

/** Whether one decision of anyone is a verdict. Otherwise approvals are collected, person by person. */
export function isPlain({ required, author }: ApprovalRule): boolean {
  return required === 1 && author === null;
}

/**
 * Who an actor is, whatever they are called today; null for a key: what an agent or a script says is no person's approval.
 * On a server without logins, everyone is the same person until they give a name.
 */
export function personOf(actor: string): string | null {
  if (actor === 'local') return actor;
  if (actor.startsWith('local/')) return actor.toLowerCase();
  return /^user:[^/]*/.exec(actor)?.[0] ?? null;
}

export function isSamePerson(one: string, other: string): boolean {
  const person = personOf(one);
  return person !== null && person === personOf(other);
}

/** Whether the actor's approval counts. */
export function mayApprove(actor: string, { author }: ApprovalRule): boolean {
  const person = personOf(actor);
  return person !== null && (author === null || !isAuthor(actor, author));
}

/** Why an approval does not count, after what was to be approved. */
export const needsPeople =
  'needs the approval of people. That of an API key, or of the author where the build says so, does not count.';

/** Recognized by the account of their address, or by the same name. */
function isAuthor(actor: string, { userId, name }: KnownAuthor): boolean {
  if (userId !== null && personOf(actor) === `user:${userId}`) return true;
  const slash = actor.indexOf('/');
  return name !== null && slash >= 0 && actor.slice(slash + 1).toLowerCase() === name;
}

/** The approvals that count, one of each person, the earliest first. */
export function countedApprovals(approvals: Iterable<Approval>, rule: ApprovalRule): Approval[] {
  const byPerson = new Map<string, Approval>();
  for (const approval of approvals) {
    if (!mayApprove(approval.by, rule)) continue;
    const person = personOf(approval.by)!;
    const known = byPerson.get(person);
    if (known === undefined || approval.at < known.at) byPerson.set(person, approval);
  }
  return [...byPerson.values()].sort((a, b) => a.at - b.at);
}
