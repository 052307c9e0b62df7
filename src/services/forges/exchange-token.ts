import { AppError } from '../../base/errors.ts';
import { ciKeyMs, issuerOf, jobOf, type CiJob, type CiTrust } from '../../domain/forges/ci-claims.ts';
import type { ApiKey } from '../../domain/people/api-key.ts';
import type { CiTokens } from '../../ports/ci-tokens.ts';
import { hashedSecret } from '../builds/authenticate-key.ts';
import type { Deps } from '../deps.ts';

export interface ExchangedKey {
  keyId: string;
  secret: string;
  expiresAt: number;
}

interface Trusted extends Pick<CiTrust, 'kind' | 'organization'> {
  issuer: string;
  /** The id that the token must name. */
  project: string;
}

/**
 * A key for the CI job that has a token: for one build and one release of the job's own commit, for an hour, without the
 * right to decide.
 *
 * @throws AppError `invalid_credentials` | `unavailable`
 */
export async function exchangeToken(
  deps: Deps,
  tokens: CiTokens,
  { buildId, token }: { buildId: number; token: string },
): Promise<ExchangedKey> {
  const issuer = tokens.issuerOf(token);
  if (issuer === null) throw refused('it is no signed token');
  const trusted = (await trustedOf(deps, buildId)).filter((one) => one.issuer === issuer);
  // The same sentence for a build that does not exist.
  const untrusted = 'the build does not trust the CI project that it is from';
  if (trusted.length === 0) throw refused(untrusted);
  const { claims, digest, expiresAt } = await tokens.verify(token, {
    issuer,
    audience: deps.settings.publicUrl,
  });
  const job = trusted
    .map((one) => ({ one, job: jobOf(one.kind, claims) }))
    .find(({ one, job }) => job.project === one.project && job.organization === one.organization)?.job;
  if (job === undefined) throw refused(untrusted);
  return insertKey(deps, buildId, job, { digest, expiresAt });
}

async function trustedOf({ store }: Deps, buildId: number): Promise<Trusted[]> {
  return store.read(async (tx) => {
    if ((await tx.builds.find(buildId)) === null) return [];
    const trusted: Trusted[] = [];
    for (const trust of await tx.ciTrusts.ofBuild(buildId)) {
      const { connectionId } = trust;
      const connection = connectionId === null ? null : await tx.forgeConnections.find(connectionId);
      const issuer = issuerOf(trust, connection);
      const project = connectionId === null ? trust.project : (connection?.repositoryId ?? null);
      if (issuer !== null && project !== null) trusted.push({ ...trust, issuer, project });
    }
    return trusted;
  });
}

async function insertKey(
  { store, clock, ids }: Deps,
  buildId: number,
  job: CiJob,
  used: { digest: string; expiresAt: number },
): Promise<ExchangedKey> {
  const now = clock.now();
  const secret = ids.secret();
  const { commit, branch, pullRequest } = job;
  const key: ApiKey = {
    id: ids.id(),
    secretHash: ids.sha256(new TextEncoder().encode(hashedSecret({ ci: job }, secret))),
    purpose: `CI job of ${commit?.slice(0, 10) ?? branch ?? 'a project'}`,
    buildId,
    superuser: false,
    worker: false,
    createdAt: now,
    createdBy: 'ci',
    revokedAt: null,
    lastUsedAt: null,
    ci: { commit, branch, pullRequest, releaseId: null },
    expiresAt: now + ciKeyMs,
  };
  await store.transaction(async (tx) => {
    // Kept beyond its end, as clocks differ.
    if (!(await tx.ciTrusts.useToken(used.digest, Math.max(used.expiresAt, now) + ciKeyMs))) {
      throw refused('it was exchanged before. Ask the CI system for another');
    }
    await tx.keys.insert(key);
  });
  return { keyId: key.id, secret, expiresAt: key.expiresAt! };
}

function refused(why: string): AppError {
  return new AppError('invalid_credentials', `The token of the CI job was refused: ${why}.`);
}
