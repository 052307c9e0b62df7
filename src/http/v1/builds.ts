import type { FastifyInstance } from 'fastify';
import { camelKeys } from '../../contract/letter-case.ts';
import type { ParametersOf } from '../../contract/operation.ts';
import * as contract from '../../contract/v1/builds.ts';
import { settingNames } from '../../domain/baselines/settings.ts';
import type { BaselineSettings } from '../../domain/baselines/settings.ts';
import { noLabel } from '../../domain/tasks/labels.ts';
import { retentionNames } from '../../domain/releases/retention.ts';
import type { Retention } from '../../domain/releases/retention.ts';
import { createBuild } from '../../services/builds/create-build.ts';
import { createKey } from '../../services/builds/create-key.ts';
import { listNamedActivity } from '../../services/builds/list-named-activity.ts';
import { listBuilds } from '../../services/builds/list-builds.ts';
import { listKeys } from '../../services/builds/list-keys.ts';
import { revokeKey } from '../../services/builds/revoke-key.ts';
import { updateBuild } from '../../services/builds/update-build.ts';
import { serve } from '../original/define.ts';
import type { HttpContext } from '../deps.ts';
import { pageOf } from './page.ts';
import { activityView, countsView, keyView, viewsFor } from './views.ts';

export function serveBuilds(app: FastifyInstance, { core, keys }: HttpContext): void {
  serve(app, contract.listBuilds, async ({ parameters, principal }) => {
    const builds = await listBuilds(core, principal, pageOf(parameters));
    return {
      builds: builds.map(({ build, isOwn, newestRelease, counts }) => {
        const show = viewsFor(principal, build);
        return {
          build: show.build(),
          is_own: isOwn,
          newest_release: newestRelease && show.release(newestRelease),
          counts: countsView(counts),
        };
      }),
    };
  });

  serve(app, contract.createBuild, async ({ parameters, principal }) => {
    const { name, is_public: isPublic, send_email: sendEmail, email_alias: emailAlias } = parameters;
    const { fail_on_forgiven: failOnForgiven } = parameters;
    const build = await createBuild(core, principal, {
      name,
      ...(isPublic !== undefined && { isPublic }),
      ...(sendEmail !== undefined && { sendEmail }),
      ...(emailAlias !== undefined && { emailAlias }),
      ...(failOnForgiven !== undefined && { failOnForgiven }),
    });
    // The creator is now a member, but the principal's roles were read earlier.
    return { build: viewsFor({ kind: 'local' }, build).build() };
  });

  serve(app, contract.updateBuild, async ({ parameters, principal, sent }) => {
    const takesAliasAway = sent['email_alias'] === '' || sent['email_alias'] === null;
    const build = await updateBuild(core, principal, {
      buildId: parameters.build_id,
      name: parameters.name,
      isPublic: parameters.is_public,
      sendEmail: parameters.send_email,
      emailAlias: takesAliasAway ? null : parameters.email_alias,
      failOnForgiven: parameters.fail_on_forgiven,
      workerLabel: sent['worker_label'] === '' ? noLabel : parameters.worker_label,
      ...settingsOf(parameters),
    });
    return { build: viewsFor(principal, build).build() };
  });

  serve(app, contract.listActivity, async ({ parameters, principal }) => {
    const { activity, releases, runs } = await listNamedActivity(core, principal, {
      buildId: parameters.build_id,
      releaseId: parameters.release_id,
      runId: parameters.run_id,
      actor: parameters.actor,
      kind: parameters.kind,
      ...pageOf(parameters),
    });
    return {
      activity: activity.map(activityView),
      releases: releases.map(({ id, name, number }) => ({ id, name, number })),
      runs: runs.map(({ id, name }) => ({ id, name })),
    };
  });

  serve(app, contract.listKeys, async ({ parameters, principal }) => {
    const ofBuild = await listKeys(core, principal, { buildId: parameters.build_id });
    return { keys: ofBuild.map(keyView) };
  });

  serve(app, contract.createKey, async ({ parameters, principal }) => {
    const { build_id: buildId, purpose } = parameters;
    const { key, secret } = await createKey(core, principal, { buildId, purpose });
    return { key: keyView(key), secret };
  });

  serve(app, contract.revokeKey, async ({ parameters, principal }) => {
    const { build_id: buildId, key_id: keyId } = parameters;
    const key = await revokeKey(core, principal, { buildId, keyId });
    keys.forget(key.id);
    return { key: keyView(key) };
  });
}

const listedNames: readonly string[] = [...settingNames, ...retentionNames];

function settingsOf(
  parameters: ParametersOf<typeof contract.updateBuild>,
): Partial<BaselineSettings & Retention> {
  const given = Object.entries(camelKeys(parameters) as Record<string, unknown>).filter(
    ([key, value]) => value !== undefined && listedNames.includes(key),
  );
  return Object.fromEntries(given);
}
