import { isInvitationOpen } from '../../domain/people/membership.ts';
import type { Deps } from '../deps.ts';

/** Whether an address has an open invitation. */
export async function isInvited(deps: Pick<Deps, 'store' | 'clock'>, email: string): Promise<boolean> {
  const now = deps.clock.now();
  const invitations = await deps.store.read((tx) => tx.invitations.openFor(email));
  return invitations.some((invitation) => isInvitationOpen(invitation, now));
}
