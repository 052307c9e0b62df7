import { settingNames } from '../../domain/baselines/settings.ts';
import type { BaselineSettings } from '../../domain/baselines/settings.ts';
import { retentionNames } from '../../domain/releases/retention.ts';
import type { Retention } from '../../domain/releases/retention.ts';
import { actorOf, buildNotFound } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { checkName } from '../../domain/names.ts';
import type { Build } from '../../domain/builds/build.ts';
import { checkLabel } from '../../domain/tasks/labels.ts';
import { checkEmail } from '../../domain/people/membership.ts';
import { settleReviewed } from '../baselines/settle-reviewed.ts';
import type { Deps } from '../deps.ts';
import { logActivity } from './log-activity.ts';
import { askAlias, needsConfirmation } from './confirm-alias.ts';
import { findBuildToManage, raise } from './find-build.ts';

export interface UpdateBuildInput extends Partial<BaselineSettings>, Partial<Retention> {
  buildId: number;
  name?: string | undefined;
  isPublic?: boolean | undefined;
  sendEmail?: boolean | undefined;
  emailAlias?: string | null | undefined;
  failOnForgiven?: boolean | undefined;
  /** Counts for releases created from now on. */
  workerLabel?: string | undefined;
}

/**
 * Changes the given settings and logs who changed them. A new alias must confirm by mail before it receives the
 * build's mail; until then, the admins receive it. Releases in review in which the new settings leave nothing to
 * decide become good.
 *
 * @throws AppError `name_invalid` | `invalid_argument` | `not_found` | `role_required` | `rate_limited`
 */
export async function updateBuild(deps: Deps, principal: Principal, input: UpdateBuildInput): Promise<Build> {
  if (input.name !== undefined) checkName('name', input.name);
  const emailAlias =
    typeof input.emailAlias === 'string' ? checkEmail('email_alias', input.emailAlias) : input.emailAlias;
  const { build, hasNewSettings } = await deps.store.transaction(async (tx) => {
    await findBuildToManage(tx, principal, input.buildId);
    // Locked before reading, so that concurrent changes of different settings are both kept.
    const before = (await tx.builds.lock(input.buildId)) ?? raise(buildNotFound(input.buildId));
    const alias = emailAlias === undefined ? before.emailAlias : emailAlias;
    const isNew = alias !== before.emailAlias;
    const isAsked = isNew && alias !== null && needsConfirmation(deps, principal, alias);
    const after: Build = {
      ...before,
      name: input.name ?? before.name,
      isPublic: input.isPublic ?? before.isPublic,
      sendEmail: input.sendEmail ?? before.sendEmail,
      emailAlias: alias,
      emailAliasConfirmed: isNew ? alias !== null && !isAsked : before.emailAliasConfirmed,
      failOnForgiven: input.failOnForgiven ?? before.failOnForgiven,
      workerLabel: checkLabel('worker_label', input.workerLabel ?? before.workerLabel),
      baselineSettings: { ...before.baselineSettings, ...given(input, settingNames) },
      retention: { ...before.retention, ...given(input, retentionNames) },
    };
    const keys = ['name', 'isPublic', 'sendEmail', 'emailAlias', 'failOnForgiven', 'workerLabel'] as const;
    const settings = changesOf(before.baselineSettings, after.baselineSettings, settingNames);
    const retention = changesOf(before.retention, after.retention, retentionNames);
    const detail = { ...changesOf(before, after, keys), ...settings, ...retention };
    if (Object.keys(detail).length === 0) return { build: before, hasNewSettings: false };
    await tx.builds.update(after);
    if (isNew) await tx.builds.setAliasToken(after.id, null);
    if (isAsked) await askAlias(deps, tx, principal, after, alias);
    await logActivity(tx, {
      at: deps.clock.now(),
      buildId: after.id,
      actor: actorOf(principal),
      kind: 'build_changed',
      detail,
      subject: `build:${after.id}`,
    });
    return { build: after, hasNewSettings: Object.keys(settings).length > 0 };
  });
  if (hasNewSettings) await settleReviewed(deps, build.id);
  return build;
}

function given<Name extends keyof UpdateBuildInput>(
  input: UpdateBuildInput,
  names: readonly Name[],
): Partial<Pick<UpdateBuildInput, Name>> {
  const sent = names.filter((name) => input[name] !== undefined).map((name) => [name, input[name]]);
  return Object.fromEntries(sent) as Partial<Pick<UpdateBuildInput, Name>>;
}

function changesOf<T extends object>(before: T, after: T, keys: readonly (keyof T & string)[]) {
  const changed = keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  return Object.fromEntries(changed.map((key) => [key, { from: before[key], to: after[key] }]));
}
