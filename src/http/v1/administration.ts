import type { FastifyInstance } from 'fastify';
import { PassThrough } from 'node:stream';
import * as contract from '../../contract/v1/administration.ts';
import { AppError } from '../../domain/errors.ts';
import type { ApiKey } from '../../domain/model.ts';
import { createKey } from '../../services/create-key.ts';
import { fsck, type FsckResult } from '../../services/fsck.ts';
import { listKeys } from '../../services/list-keys.ts';
import { makeSuperuser } from '../../services/make-superuser.ts';
import { revokeKey } from '../../services/revoke-key.ts';
import { routePath, serve } from '../api/define.ts';
import type { HttpContext } from '../deps.ts';
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

  async function changed(change: Promise<ApiKey>): Promise<ApiKey> {
    const key = await change;
    keys.forget(key.id);
    return key;
  }

  serveFsck(app, context);
}

/** Nobody on the way lets a connection rest for ever. */
const signOfLifeMs = 10_000;

function serveFsck(app: FastifyInstance, { core, stopping }: HttpContext): void {
  let isRunning = false;
  const config = { access: contract.fsck.access, longLived: true };
  app.post(routePath(contract.fsck), { config }, async (request, reply) => {
    if (isRunning) {
      throw new AppError('conflict', 'The storage is being checked already. Try again when that is over.');
    }
    isRunning = true;
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort(new Error('The caller is gone.')));
    const checking = fsck(core, request.principal, AbortSignal.any([stopping, gone.signal])).finally(
      () => (isRunning = false),
    );
    const first = await Promise.race([checking, afterAWhile()]);
    if (first !== null) return first;
    const answer = new PassThrough();
    void sendWhenDone(checking, answer);
    return reply.type('application/json; charset=utf-8').send(answer);
  });
}

async function afterAWhile(): Promise<null> {
  return new Promise((resolve) => setTimeout(resolve, signOfLifeMs, null).unref());
}

async function sendWhenDone(checking: Promise<FsckResult>, answer: PassThrough): Promise<void> {
  answer.write(' ');
  const signs = setInterval(() => answer.write(' '), signOfLifeMs);
  try {
    answer.end(JSON.stringify(await checking));
  } catch (error) {
    answer.destroy(error as Error);
  } finally {
    clearInterval(signs);
  }
}
