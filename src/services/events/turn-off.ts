import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { logActivity } from '../builds/log-activity.ts';
import { addMail } from '../mail/add-mail.ts';

/** Turns an endpoint off that takes nothing, ends what waits for it, and tells the admins of its build by mail. */
export async function turnOff(
  deps: Pick<Deps, 'clock' | 'ids' | 'settings'>,
  tx: Transaction,
  endpointId: number,
  problem: string,
): Promise<void> {
  const endpoint = await tx.eventEndpoints.lock(endpointId);
  if (endpoint === null || endpoint.disabledAt !== null) return;
  const now = deps.clock.now();
  await tx.eventEndpoints.update({ ...endpoint, disabledAt: now, problem });
  await tx.eventDeliveries.giveUp(endpointId, 'The endpoint was turned off.');
  const build = await tx.builds.find(endpoint.buildId);
  if (build === null) return;
  await logActivity(tx, {
    at: now,
    buildId: build.id,
    actor: 'server',
    kind: 'endpoint_turned_off',
    detail: { kind: endpoint.kind, problem },
    subject: `endpoint:${endpointId}`,
  });
  const admins = (await tx.people.members(build.id)).filter(
    ({ user, membership }) => membership.role === 'admin' && user.emailVerified,
  );
  for (const { user } of admins) {
    const address = deps.ids.sha256(new TextEncoder().encode(user.email)).slice(0, 16);
    await addMail(deps, tx, {
      kind: 'endpoint_off',
      messageId: `endpoint-off-${endpointId}-${now}-${address}`,
      buildId: build.id,
      recipient: user.email,
      subject: `${build.name}: events are no longer sent`,
      body: {
        paragraphs: [
          `An endpoint of ${build.name} was turned off, so that no more events are sent to it. ${problem}`,
          'Turn it on again in the settings of the build once it works.',
        ],
        action: { label: 'Settings', url: `${deps.settings.publicUrl}/settings?build_id=${build.id}` },
      },
    });
  }
}
