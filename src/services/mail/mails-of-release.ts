import { changeNames } from '../../domain/dom/name-words.ts';
import type { Build } from '../../domain/builds/build.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Run } from '../../domain/runs/run.ts';
import { mailLifeMs, unsent, type Mail, type MailBody } from '../../domain/mail/mail.ts';
import { reviewMailOf, type User } from '../../domain/people/membership.ts';
import type { Transaction } from '../../ports/store.ts';
import { countsByRelease, noCounts } from '../releases/counts-by-release.ts';
import { resultsUrl } from '../releases/runs-done.ts';
import type { Deps } from '../deps.ts';
import { addToDigest } from './add-to-digest.ts';
import { mayAnnounceTo } from './mail-limits.ts';

/** Maximum runs shown in a mail. */
const shownRuns = 6;

/**
 * The mails that announce a release that is ready for review: one to the build's alias if that is confirmed, else one
 * to each admin as they chose; and one to each member who asked for mail about this build. None if the build has them
 * turned off, or after a day.
 *
 * @param announcement the mail without a recipient that was queued when the release became ready
 */
export async function mailsOfRelease(
  deps: Deps,
  tx: Transaction,
  announcement: Mail,
): Promise<Omit<Mail, 'id'>[]> {
  const now = deps.clock.now();
  const { buildId, releaseId, createdAt } = announcement;
  if (buildId === null || releaseId === null || now - createdAt > mailLifeMs) return [];
  const [build, release] = [await tx.builds.find(buildId), await tx.releases.findById(releaseId)];
  if (build === null || release === null || !build.sendEmail) return [];
  const { recipients: wanted, digests } = await recipientsOf(tx, build);
  if (wanted.length + digests.length === 0) return [];
  const body = await describe(deps, tx, build, release);
  for (const user of digests) await addToDigest(deps, tx, user, body);
  if (wanted.length === 0) return [];
  const recipients = await mayAnnounceTo(deps, tx, { recipients: wanted, buildId });
  if (recipients.length < wanted.length) await logLimit(deps, tx, release);
  return recipients.map((recipient) => {
    const address = deps.ids.sha256(new TextEncoder().encode(recipient)).slice(0, 16);
    return {
      ...announcement,
      messageId: `${announcement.messageId}-${address}`,
      recipient,
      subject: `${build.name}: ${release.name} - Ready for review`,
      body,
      ...unsent(now),
    };
  });
}

/** Logged once per release. */
async function logLimit(deps: Deps, tx: Transaction, release: Release): Promise<void> {
  await tx.activity.insert({
    at: deps.clock.now(),
    buildId: release.buildId,
    releaseId: release.id,
    runId: null,
    actor: 'server',
    kind: 'mail_limited',
    detail: { release: release.name, number: release.number },
    subject: `release:${release.id}`,
    operationId: 'mail-limited',
  });
}

/** Who gets a mail now, and in whose mail of the day it is. */
async function recipientsOf(
  tx: Transaction,
  build: Build,
): Promise<{ recipients: string[]; digests: User[] }> {
  const address = build.emailAliasConfirmed ? build.emailAlias : null;
  const recipients = new Set(address === null ? [] : [address]);
  const digests: User[] = [];
  for (const listener of await tx.people.listeners(build.id)) {
    const { user } = listener;
    if (!user.emailVerified) continue;
    const how = reviewMailOf(listener, address !== null);
    if (how === 'now') recipients.add(user.email);
    if (how === 'digest') digests.push(user);
  }
  return { recipients: [...recipients], digests };
}

async function describe(deps: Deps, tx: Transaction, build: Build, release: Release): Promise<MailBody> {
  const counts = (await countsByRelease(tx, [release.id])).get(release.id) ?? noCounts();
  const differing = counts.undecided + counts.approved + counts.rejected;
  const parts = [
    `${differing} of ${counts.total} ${differing === 1 ? 'differs' : 'differ'}`,
    ...(counts.new > 0 ? [`${counts.new} new`] : []),
    ...(counts.failed > 0 ? [`${counts.failed} failed`] : []),
  ];
  return {
    paragraphs: [
      `Release ${release.name} #${release.number} of ${build.name} is ready for review: ${parts.join(', ')}.`,
    ],
    action: { label: 'Review', url: resultsUrl(deps, release) },
    runs: await shown(tx, release),
  };
}

/** The first differences in review order. */
async function shown(tx: Transaction, release: Release): Promise<NonNullable<MailBody['runs']>> {
  const rows = await tx.runs.rows(release.id);
  const differing = rows
    .filter(({ status }) => status === 'diff_found')
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .slice(0, shownRuns);
  const runs = await tx.runs.findMany(
    release.id,
    differing.map(({ id }) => id),
  );
  const namesOf = new Map(
    runs.map(({ id, diff }) => [id, changeNames(diff.details?.alignment?.changes ?? [])]),
  );
  return differing.map(({ id, name, distortion }) => ({
    id,
    name,
    words: [differenceWords(distortion), ...(namesOf.get(id) ?? [])].join('; '),
  }));
}

function differenceWords(distortion: Run['diff']['distortion']): string {
  if (distortion === null) return 'differs';
  const percent = distortion * 100;
  return `distortion ${percent < 0.01 ? '< 0.01' : percent.toFixed(2)} %`;
}
