import type { Delivery } from '../../domain/forges/connection.ts';
import { ForgeProblem } from '../../ports/forges.ts';
import type { ForgeAccess, Forges } from '../../ports/forges.ts';
import type { WantedComment, WantedStatus } from './wanted-state.ts';

export interface SentWanted {
  /** The forge's id of the comment. */
  remoteId: string | null;
  /** A person deleted the comment. */
  isGone: boolean;
}

/** @throws ForgeProblem */
export async function sendWanted(
  forges: Forges,
  access: ForgeAccess,
  { remoteId }: Pick<Delivery, 'remoteId'>,
  wanted: WantedStatus | WantedComment,
): Promise<SentWanted> {
  if (wanted.kind === 'status') {
    await forges.sendStatus(access, wanted.status);
    return { remoteId: null, isGone: false };
  }
  if (remoteId !== null) return update(forges, access, remoteId, wanted);
  const { pullRequest, text, isOwn } = wanted;
  // An answer may have been lost after the comment was made.
  const known = await forges.findComment(access, pullRequest, isOwn);
  if (known !== null) {
    const updated = await updateFound(forges, access, known, wanted);
    if (updated) return { remoteId: known, isGone: false };
  }
  return { remoteId: await forges.createComment(access, pullRequest, text), isGone: false };
}

async function update(
  forges: Forges,
  access: ForgeAccess,
  remoteId: string,
  { pullRequest, text }: WantedComment,
): Promise<SentWanted> {
  try {
    await forges.updateComment(access, pullRequest, remoteId, text);
    return { remoteId, isGone: false };
  } catch (error) {
    if (error instanceof ForgeProblem && error.kind === 'missing') return { remoteId: null, isGone: true };
    throw error;
  }
}

/** Anyone can copy the hidden mark into a comment; the forge refuses to change that one. @returns false if it did */
async function updateFound(
  forges: Forges,
  access: ForgeAccess,
  id: string,
  { pullRequest, text }: WantedComment,
): Promise<boolean> {
  try {
    await forges.updateComment(access, pullRequest, id, text);
    return true;
  } catch (error) {
    if (error instanceof ForgeProblem && (error.kind === 'missing' || error.kind === 'refused')) return false;
    throw error;
  }
}
