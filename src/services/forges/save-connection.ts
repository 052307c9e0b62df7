import { AppError } from '../../base/errors.ts';
import { contextOf, maxConnections, maxContextLength } from '../../domain/forges/connection.ts';
import type { CommentImages, ForgeConnection } from '../../domain/forges/connection.ts';
import { checkForgeAddress, checkRepository } from '../../domain/forges/forge-kinds.ts';
import type { ForgeKind } from '../../domain/forges/forge-kinds.ts';
import { checkName } from '../../domain/names.ts';
import { actorOf } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import type { Forges } from '../../ports/forges.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { sealedText } from '../secrets/sealed-text.ts';
import { logActivity } from '../builds/log-activity.ts';
import { findBuildToManage } from '../builds/find-build.ts';
import { findConnection } from './find-connection.ts';
import type { ConnectionKey } from './find-connection.ts';
import { pointDeliveries, wakeSender } from './note-deliveries.ts';

export interface ConnectionSettings {
  baseUrl?: string | undefined;
  repository?: string | undefined;
  appId?: string | null | undefined;
  token?: string | undefined;
  context?: string | undefined;
  comments?: boolean | undefined;
  commentImages?: CommentImages | undefined;
  summary?: boolean | undefined;
  marksGood?: boolean | undefined;
}

/** Open releases that a new connection speaks about, the newest ones. */
const maxOpenReleases = 200;

/**
 * Connects a build with a repository. Releases that are open speak through it from now on.
 *
 * @throws AppError `invalid_argument` | `conflict` if the name of the status is taken in that repository
 */
export async function createConnection(
  deps: Deps,
  forges: Forges,
  principal: Principal,
  input: ConnectionSettings & { buildId: number; kind: ForgeKind; repository: string; token: string },
): Promise<ForgeConnection> {
  const { kind } = input;
  const baseUrl = checkAddress(forges, kind, input.baseUrl);
  const repository = checkRepository(kind, input.repository);
  const token = sealed(deps, input.token);
  return deps.store.transaction(async (tx) => {
    const build = await findBuildToManage(tx, principal, input.buildId);
    // A release that is created meanwhile waits for it, and sees the connection.
    await tx.builds.lock(build.id);
    const others = await tx.forgeConnections.ofBuild(build.id);
    if (others.length >= maxConnections) {
      throw new AppError('conflict', `A build has at most ${maxConnections} connections. Remove one first.`);
    }
    const now = deps.clock.now();
    const made: Omit<ForgeConnection, 'id'> = {
      buildId: build.id,
      kind,
      baseUrl,
      repository,
      repositoryId: null,
      appId: appIdOf(kind, input.appId ?? null),
      token,
      context: checkContext(input.context ?? contextOf(build.name)),
      comments: input.comments ?? true,
      commentImages: input.commentImages ?? 'none',
      summary: input.summary ?? false,
      marksGood: input.marksGood ?? true,
      pausedUntil: null,
      stoppedAt: null,
      problem: null,
      createdAt: now,
      createdBy: actorOf(principal),
      updatedAt: now,
    };
    await checkContextIsFree(tx, made, null);
    const connection = await tx.forgeConnections.insert(made);
    await speakOfOpenReleases(deps, tx, connection);
    await logChange(deps, tx, principal, connection, 'forge_connected');
    return connection;
  });
}

/** Changes a connection; everything that stopped or waits is sent at once. Settings that are not given stay. */
export async function updateConnection(
  deps: Deps,
  forges: Forges,
  principal: Principal,
  input: ConnectionKey & ConnectionSettings,
): Promise<ForgeConnection> {
  return deps.store.transaction(async (tx) => {
    const before = await findConnection(tx, principal, input);
    const { kind } = before;
    const baseUrl = input.baseUrl === undefined ? before.baseUrl : checkAddress(forges, kind, input.baseUrl);
    const repository =
      input.repository === undefined ? before.repository : checkRepository(kind, input.repository);
    const isElsewhere = baseUrl !== before.baseUrl || repository !== before.repository;
    if (baseUrl !== before.baseUrl && input.token === undefined) {
      throw new AppError('invalid_argument', 'Enter the token again: it would go to another address.', {
        details: { parameter: 'token' },
      });
    }
    const after: ForgeConnection = {
      ...before,
      baseUrl,
      repository,
      repositoryId: isElsewhere ? null : before.repositoryId,
      appId: input.appId === undefined ? before.appId : appIdOf(kind, input.appId),
      token: input.token === undefined ? before.token : sealed(deps, input.token),
      context: input.context === undefined ? before.context : checkContext(input.context),
      comments: input.comments ?? before.comments,
      commentImages: input.commentImages ?? before.commentImages,
      summary: input.summary ?? before.summary,
      marksGood: input.marksGood ?? before.marksGood,
      pausedUntil: null,
      stoppedAt: null,
      problem: null,
      // Distinct from before, so that an answer to an older call changes nothing.
      updatedAt: Math.max(deps.clock.now(), before.updatedAt + 1),
    };
    await checkContextIsFree(tx, after, after.id);
    await tx.forgeConnections.update(after);
    if (isElsewhere) await tx.deliveries.forget(after.id);
    else await tx.deliveries.restart(after.id, deps.clock.now());
    await speakOfOpenReleases(deps, tx, after);
    await logChange(deps, tx, principal, after, 'forge_connection_changed');
    return after;
  });
}

export async function deleteConnection(deps: Deps, principal: Principal, key: ConnectionKey): Promise<void> {
  await deps.store.transaction(async (tx) => {
    const connection = await findConnection(tx, principal, key);
    await tx.forgeConnections.delete(connection.id);
    await logChange(deps, tx, principal, connection, 'forge_disconnected');
  });
}

/** Sends everything again that stopped or waits after a failure. */
export async function retryDeliveries(deps: Deps, principal: Principal, key: ConnectionKey): Promise<void> {
  await deps.store.transaction(async (tx) => {
    const connection = await findConnection(tx, principal, key);
    await restart(deps, tx, connection);
  });
}

/** Forgets what stopped a connection. */
export async function restart(deps: Deps, tx: Transaction, connection: ForgeConnection): Promise<void> {
  const updatedAt = Math.max(deps.clock.now(), connection.updatedAt + 1);
  await tx.forgeConnections.update({
    ...connection,
    pausedUntil: null,
    stoppedAt: null,
    problem: null,
    updatedAt,
  });
  await tx.deliveries.restart(connection.id, deps.clock.now());
  wakeSender(deps, tx);
}

async function speakOfOpenReleases(deps: Deps, tx: Transaction, connection: ForgeConnection): Promise<void> {
  const ids = await tx.forgeConnections.watchReleases(connection.buildId, maxOpenReleases);
  const releases = await tx.releases.findMany(ids);
  // Oldest first: of several of one commit, the newest speaks.
  for (const release of releases.toSorted((a, b) => a.id - b.id)) {
    await pointDeliveries(deps, tx, [connection], release);
  }
  wakeSender(deps, tx);
}

/** Two builds that set the same status would overwrite each other. */
async function checkContextIsFree(
  tx: Transaction,
  connection: Omit<ForgeConnection, 'id'>,
  id: number | null,
): Promise<void> {
  const others = await tx.forgeConnections.ofRepository(connection);
  const isTaken = others.some((other) => other.id !== id && other.context === connection.context);
  if (!isTaken) return;
  throw new AppError(
    'conflict',
    `Another connection already sets the status "${connection.context}" in ${connection.repository}. Choose another name.`,
    { details: { parameter: 'context' } },
  );
}

function checkAddress(forges: Forges, kind: ForgeKind, text: string | undefined): string {
  const address = checkForgeAddress(kind, text);
  const denial = forges.checkAddress(address);
  if (denial === null) return address;
  throw new AppError('url_not_allowed', denial, { details: { parameter: 'base_url' } });
}

function checkContext(text: string): string {
  return checkName('context', text, maxContextLength);
}

function appIdOf(kind: ForgeKind, appId: string | null): string | null {
  if (appId === null || (kind === 'github' && /^[A-Za-z0-9]{1,40}$/.test(appId))) return appId;
  const why = kind === 'github' ? "must be the App's id or client id" : 'is only for GitHub';
  throw new AppError('invalid_argument', `app_id ${why}. Correct it, or leave it out.`, {
    details: { parameter: 'app_id' },
  });
}

function sealed({ vault }: Deps, text: string): Uint8Array {
  const token = text.trim();
  // A line break would end a header; a key of an App is never sent as one.
  const isKey = token.startsWith('-----BEGIN ');
  if (token !== '' && (isKey || /^[\x21-\x7E]+$/.test(token))) return sealedText(vault, token);
  throw new AppError('invalid_argument', 'token must be one line without spaces, or a private key.', {
    details: { parameter: 'token' },
  });
}

async function logChange(
  deps: Deps,
  tx: Transaction,
  principal: Principal,
  { id, buildId, kind, repository }: ForgeConnection,
  what: string,
): Promise<void> {
  await logActivity(tx, {
    at: deps.clock.now(),
    buildId,
    actor: actorOf(principal),
    kind: what,
    detail: { forge: kind, repository },
    subject: `forge:${id}`,
  });
}
