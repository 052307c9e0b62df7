import { countOpenThreads } from '../../domain/comments/comment.ts';
import { summaryContext } from '../../domain/forges/connection.ts';
import type { Delivery, ForgeConnection } from '../../domain/forges/connection.ts';
import { commentMarker, commentText, hasMarker, inOrder } from '../../domain/forges/comment-text.ts';
import type { CommentRow, RowWord } from '../../domain/forges/comment-text.ts';
import { isFromFork, pullRequestNumber, statusCommitOf } from '../../domain/forges/delivery-target.ts';
import type { Wanted } from '../../domain/forges/delivery-schedule.ts';
import { forgeTraits } from '../../domain/forges/forge-kinds.ts';
import { forgeState, summaryOf } from '../../domain/forges/forge-state.ts';
import { madeVisible } from '../../base/invisible-text.ts';
import { isSupersededBy } from '../../domain/baselines/superseded.ts';
import type { Build } from '../../domain/builds/build.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { ReleaseConclusion } from '../../domain/releases/release-conclusion.ts';
import type { ForgeStatus } from '../../ports/forges.ts';
import type { RunRow } from '../../ports/store/runs.ts';
import type { Transaction } from '../../ports/store.ts';
import { countsByRelease, noCounts } from '../releases/counts-by-release.ts';
import { conclude } from '../releases/describe-release.ts';
import { resultsUrl } from '../releases/runs-done.ts';
import type { Deps } from '../deps.ts';
import { commentImages } from './signed-images.ts';

export interface WantedStatus extends Wanted {
  kind: 'status';
  status: ForgeStatus;
}

export interface WantedComment extends Wanted {
  kind: 'comment';
  pullRequest: number;
  text: string;
  isOwn: (text: string) => boolean;
}

export interface WantedNow {
  connection: ForgeConnection;
  release: Release;
  wanted: WantedStatus | WantedComment;
}

/** A forge's texts may say what members of the build may read; who decided, only where the build wants it. */
const server = { kind: 'local' } as const;

/** What a place should say now; null where it should say nothing. */
export async function wantedNow(deps: Deps, delivery: Delivery, serverId: string): Promise<WantedNow | null> {
  return deps.store.read(async (tx) => {
    const connection = await tx.forgeConnections.find(delivery.connectionId);
    // A deleted release leaves what the forge was told.
    const [release] = await tx.releases.findMany([delivery.releaseId]);
    const build = await tx.builds.find(delivery.buildId);
    if (connection === null || release === undefined || build === null) return null;
    if (isSupersededBy(release.status, release.decisionNote)) return null;
    const wanted = await (delivery.kind === 'comment'
      ? wantedComment(deps, tx, { delivery, connection, release, build, serverId })
      : wantedStatus(deps, tx, { delivery, connection, release, build, serverId }));
    return wanted === null ? null : { connection, release, wanted };
  });
}

interface Place {
  delivery: Delivery;
  connection: ForgeConnection;
  release: Release;
  build: Build;
  serverId: string;
}

async function wantedStatus(
  deps: Deps,
  tx: Transaction,
  { delivery, connection, release, build, serverId }: Place,
): Promise<WantedStatus | null> {
  const isSummary = delivery.kind === 'summary';
  const concluded = isSummary
    ? await summarize(tx, connection, delivery.target)
    : conclude(server, build, release, await countsOf(tx, release));
  if (concluded === null) return null;
  const { word, text, conclusion } = forgeState(connection.kind, concluded);
  const status: ForgeStatus = {
    target: delivery.target,
    word,
    text: madeVisible(text),
    url: isSummary ? `${deps.settings.publicUrl}/` : resultsUrl(deps, release),
    context: isSummary ? summaryContext : connection.context,
    key: isSummary ? `dpxdt-${serverId}` : `dpxdt-${build.id}-${serverId}`,
    branch: release.branch,
  };
  return { kind: 'status', status, word, isPending: conclusion === 'pending', hash: hashOf(deps, status) };
}

/** All builds whose connection with this repository knows the commit; only the oldest such connection speaks. */
async function summarize(
  tx: Transaction,
  connection: ForgeConnection,
  target: string,
): Promise<ReleaseConclusion | null> {
  const connections = await tx.forgeConnections.ofRepository(connection);
  if (connections.find(({ summary }) => summary)?.id !== connection.id) return null;
  const ids = connections.map(({ id }) => id);
  const releases = await tx.releases.findMany(await tx.deliveries.releasesOf(ids, target));
  const conclusions = new Map<number, ReleaseConclusion['conclusion']>();
  for (const release of releases) {
    const build = await tx.builds.find(release.buildId);
    if (build === null) continue;
    conclusions.set(build.id, conclude(server, build, release, await countsOf(tx, release)).conclusion);
  }
  return summaryOf([...conclusions.values()]);
}

/** No comment where nothing ever differed. One that exists says what became of it. */
async function wantedComment(
  deps: Deps,
  tx: Transaction,
  { delivery, connection, release, build, serverId }: Place,
): Promise<WantedComment | null> {
  const pullRequest = pullRequestNumber(delivery.target);
  if (pullRequest === null || delivery.goneReleaseId === release.id) return null;
  const { conclusion, text } = conclude(server, build, release, await countsOf(tx, release));
  const isPending = conclusion === 'pending';
  const rows = isPending ? [] : inOrder(await commentRows(tx, release));
  if (rows.length === 0 && delivery.remoteId === null) return null;
  const marker = commentMarker(serverId, build.id);
  const body = commentText({
    marker,
    hiddenBy: connection.kind.startsWith('bitbucket') ? 'link' : 'html',
    buildName: build.name,
    releaseName: release.name,
    releaseNumber: release.number,
    commit: statusCommitOf(release),
    conclusion,
    text: isPending ? 'waiting for the comparisons' : text,
    url: resultsUrl(deps, release),
    rows,
    images: await commentImages(deps, tx, connection, release, rows),
    openThreads: countOpenThreads(await tx.comments.ofRelease(release.id)),
    remark: remarkOf(connection, release),
  });
  const isOwn = (found: string) => hasMarker(found, marker);
  const wanted = { kind: 'comment', pullRequest, text: body, isOwn } as const;
  return { ...wanted, word: conclusion, isPending, hash: hashOf(deps, body) };
}

function remarkOf({ kind }: ForgeConnection, release: Release): string | null {
  if (forgeTraits[kind].takesForkCommits || !isFromFork(release)) return null;
  return `${forgeTraits[kind].title} keeps the commits of a fork in the fork, so this one has no status from Depicted.`;
}

type RunOrMissing = CommentRow & { runId: number | null };

async function commentRows(tx: Transaction, release: Release): Promise<RunOrMissing[]> {
  const missing = await tx.baselines.missingOf(release.id);
  return [
    ...(await tx.runs.rows(release.id)).flatMap(commentRow),
    ...missing
      .filter(({ verdict, renamed }) => verdict !== 'confirmed' && renamed === null)
      .map(({ name }) => ({ name, word: 'missing', detail: null, runId: null }) as const),
  ];
}

function commentRow({ id, name, status, verdict, diffRatio, failureReason }: RunRow): RunOrMissing[] {
  const word = rowWord(status, verdict);
  if (word === null) return [];
  const percent = diffRatio === null ? null : diffRatio * 100;
  const detail =
    status === 'failed'
      ? (failureReason?.replaceAll('_', ' ') ?? null)
      : percent === null
        ? null
        : `${percent < 0.01 ? 'less than 0.01' : percent.toFixed(2)} %`;
  return [{ name, word, detail, runId: id }];
}

function rowWord(status: RunRow['status'], verdict: RunRow['verdict']): RowWord | null {
  if (status === 'failed') return verdict === 'approved' ? 'accepted' : 'failed';
  if (verdict !== 'none') return status === 'diff_not_found' ? null : verdict;
  if (status === 'diff_found') return 'differs';
  return status === 'no_diff_needed' ? 'new' : null;
}

async function countsOf(tx: Transaction, release: Release) {
  return (await countsByRelease(tx, [release.id])).get(release.id) ?? noCounts();
}

function hashOf(deps: Deps, content: object | string): string {
  return deps.ids.sha256(new TextEncoder().encode(JSON.stringify(content)));
}
