import type { FastifyInstance } from 'fastify';
import { PassThrough } from 'node:stream';
import type { z } from 'zod';
import type { Operation } from '../../contract/operation.ts';
import { readParameters } from '../../contract/parameters.ts';
import * as contract from '../../contract/v1/administration.ts';
import type { Principal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import type { ApiKey } from '../../domain/people/api-key.ts';
import { createKey } from '../../services/builds/create-key.ts';
import { fsck } from '../../services/upkeep/fsck.ts';
import { listKeys } from '../../services/builds/list-keys.ts';
import { makeSuperuser } from '../../services/people/make-superuser.ts';
import { revokeKey } from '../../services/builds/revoke-key.ts';
import { sweepOrphans } from '../../services/upkeep/sweep-orphans.ts';
import { routePath, sentFields, serve } from '../original/define.ts';
import type { ApiRequest, HttpContext } from '../deps.ts';
import { keyView } from './views.ts';

export function serveAdministration(app: FastifyInstance, context: HttpContext): void {
  const { core, keys } = context;
  serve(app, contract.listSuperuserKeys, async ({ principal }) => ({
    keys: (await listKeys(core, principal, { buildId: null })).map(keyView),
  }));

  serve(app, contract.createSuperuserKey, async ({ parameters: { purpose, worker }, principal }) => {
    const { key, secret } = await createKey(
      core,
      principal,
      worker === true ? { worker, purpose } : { superuser: true, purpose },
    );
    return { key: keyView(key), secret };
  });

  serve(app, contract.revokeAnyKey, async ({ parameters, principal }) => ({
    key: keyView(await changed(revokeKey(core, principal, { keyId: parameters.key_id }))),
  }));

  serve(app, contract.makeSuperuser, async ({ parameters, principal }) => ({
    key: keyView(await changed(makeSuperuser(core, principal, { keyId: parameters.key_id }))),
  }));

  serveLong(app, context, contract.fsck, {
    busy: 'The storage is already being checked. Try again when the check is done.',
    work: ({ principal, signal }) => fsck(core, principal, signal),
  });

  serveLong(app, context, contract.sweepStorage, {
    busy: 'The storage is already being swept. Try again when the sweep is done.',
    work: async ({ parameters: { confirm, dry_run: dryRun }, principal, signal }) => {
      const swept = await sweepOrphans(core, principal, { confirm, dryRun }, signal);
      const { files, orphans, orphanBytes, dropped, trashed, deleted, deletedBytes, refusal } = swept;
      return {
        files,
        orphans,
        orphan_bytes: orphanBytes,
        dropped,
        trashed,
        deleted,
        deleted_bytes: deletedBytes,
        refusal,
      };
    },
  });

  async function changed(change: Promise<ApiKey>): Promise<ApiKey> {
    const key = await change;
    keys.forget(key.id);
    return key;
  }
}

/** Proxies close connections that are silent for long. */
const signOfLifeMs = 10_000;

interface LongWork<Parameters extends z.ZodObject, Answer extends z.ZodObject> {
  /** The error for a second caller while it is running. */
  busy: string;
  work: (call: {
    parameters: z.output<Parameters>;
    principal: Principal;
    /** Aborts when the caller is gone. */
    signal: AbortSignal;
  }) => Promise<z.output<Answer>>;
}

/** Serves a long, exclusive operation: sends spaces until the answer is ready. */
function serveLong<Parameters extends z.ZodObject, Answer extends z.ZodObject>(
  app: FastifyInstance,
  { stopping }: HttpContext,
  operation: Operation<Parameters, Answer>,
  { busy, work }: LongWork<Parameters, Answer>,
): void {
  let isRunning = false;
  const config = { access: operation.access, longLived: true } as const;
  app.post(routePath(operation), { config }, async (request, reply) => {
    const parameters = readParameters(operation.parameters, sentFields(operation, request as ApiRequest));
    if (isRunning) throw new AppError('conflict', busy);
    isRunning = true;
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort(new Error('The caller is gone.')));
    const signal = AbortSignal.any([stopping, gone.signal]);
    const working = work({ parameters, principal: request.principal, signal }).finally(
      () => (isRunning = false),
    );
    const first = await Promise.race([working, afterAWhile()]);
    if (first !== null) return first;
    const answer = new PassThrough();
    void sendWhenDone(working, answer);
    return reply.type('application/json; charset=utf-8').send(answer);
  });
}

async function afterAWhile(): Promise<null> {
  return new Promise((resolve) => setTimeout(resolve, signOfLifeMs, null).unref());
}

async function sendWhenDone(working: Promise<object>, answer: PassThrough): Promise<void> {
  answer.write(' ');
  const signs = setInterval(() => answer.write(' '), signOfLifeMs);
  try {
    answer.end(JSON.stringify(await working));
  } catch (error) {
    answer.destroy(error as Error);
  } finally {
    clearInterval(signs);
  }
}
