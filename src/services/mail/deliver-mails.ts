import { isStorageTrouble } from '../../base/errors.ts';
import { madeVisible } from '../../base/invisible-text.ts';
import {
  bodyToKeep,
  chosenMails,
  isAddressed,
  nextMailAttempt,
  type AddressedMail,
  type Mail,
  type MailBody,
} from '../../domain/mail/mail.ts';
import { renderMail } from '../../domain/mail/mail-text.ts';
import type { DerivedImages } from '../../ports/derived-images.ts';
import { MailNotSent, type Mailer, type OutgoingMail } from '../../ports/mailer.ts';
import type { Deps } from '../deps.ts';
import { runThumbnail } from '../artifacts/derived-images.ts';
import { mailsOfRelease } from './mails-of-release.ts';

/** Mails sent per call; release announcements that are only expanded into mails do not count. */
const batch = 10;
/** How long a claim on a mail lasts; if its server dies, another takes over. */
const takenMs = 5 * 60_000;
/** How often a claim is renewed while its mail is being sent. */
const holdMs = 60_000;

export interface MailParts {
  mailer: Mailer;
  images: DerivedImages;
}

/**
 * Sends due mails and retries failures for a day. Each mail is claimed by one server at a time. Delivery is at least once: if a
 * server dies between sending and recording it, the mail is sent again with the same Message-ID.
 *
 * @returns how many it tried to send
 */
export async function deliverMails(deps: Deps, parts: MailParts, signal?: AbortSignal): Promise<number> {
  let count = 0;
  while (count < batch && signal?.aborted !== true) {
    const mail = await takeNext(deps);
    if (mail === null) break;
    if (isAddressed(mail)) {
      await deliverTaken(deps, parts, mail);
      count++;
    } else {
      await addressTaken(deps, mail);
    }
  }
  return count;
}

async function takeNext({ store, clock }: Deps): Promise<Mail | null> {
  const now = clock.now();
  const [mail] = await store.transaction((tx) => tx.mails.take(now, now + takenMs, 1));
  return mail ?? null;
}

/** Replaces an announcement with one mail per recipient, due immediately; happens once. */
async function addressTaken(deps: Deps, mail: Mail): Promise<void> {
  const { store, clock, logger } = deps;
  const attempts = mail.attempts + 1;
  const addressed = { ...mail, attempts, dueAt: null, sentAt: clock.now(), problem: null };
  try {
    await store.transaction(async (tx) => {
      if (!(await tx.mails.update(addressed, mail.dueAt!))) return;
      const mails = await mailsOfRelease(deps, tx, mail);
      if (mails.length > 0) await tx.mails.insertMany(mails);
    });
  } catch (error) {
    if (isStorageTrouble(error)) throw error;
    logger.error('A release could not be announced; retrying.', {
      release: mail.releaseId,
      problem: String(error),
    });
    await noteAttempt(deps, failed(mail, 'the mail could not be created', clock.now()), mail.dueAt!);
  }
}

async function deliverTaken(deps: Deps, parts: MailParts, mail: AddressedMail): Promise<void> {
  const { logger } = deps;
  const hold = holdMail(deps, mail);
  const after = await deliver(deps, parts, mail).finally(() => hold.end());
  const isNoted = await noteAttempt(deps, after, await hold.takenUntil);
  if (!isNoted) logger.warn('another server claimed a mail that took too long to send', { mail: mail.kind });
  else if (after.sentAt === null) {
    logger.warn('a mail could not be sent', { mail: mail.kind, problem: after.problem });
  }
}

/**
 * Records the result of an attempt; the first and the last failure appear in the activity.
 *
 * @returns false if another server has taken the mail since
 */
async function noteAttempt({ store, clock }: Deps, after: Mail, takenUntil: number): Promise<boolean> {
  return store.transaction(async (tx) => {
    if (!(await tx.mails.update(after, takenUntil))) return false;
    const isGivenUp = after.sentAt === null && after.dueAt === null;
    if (!isGivenUp && !(after.sentAt === null && after.attempts === 1)) return true;
    await tx.activity.insert({
      at: clock.now(),
      buildId: after.buildId,
      releaseId: after.releaseId,
      runId: null,
      actor: 'server',
      kind: isGivenUp ? 'mail_failed' : 'mail_delayed',
      detail: { mail: after.kind, problem: after.problem },
      subject: `mail:${after.id}`,
      operationId: isGivenUp ? 'failed' : 'delayed',
    });
    return true;
  });
}

/** Renews a claim every minute until `end`, so that no other server takes it over. */
function holdMail(
  { store, clock }: Deps,
  mail: Mail,
): { end: () => void; /** Resolves once it has ended. */ takenUntil: Promise<number> } {
  const ending = new AbortController();
  async function holdOn(): Promise<number> {
    let taken = mail.dueAt!;
    while (!ending.signal.aborted) {
      await clock.sleep(holdMs, ending.signal).catch(() => undefined);
      if (ending.signal.aborted) break;
      const until = clock.now() + takenMs;
      // While the database is unreachable, the claim keeps expiring.
      const isHeld = await store
        .transaction((tx) => tx.mails.update({ ...mail, dueAt: until }, taken))
        .catch(() => false);
      if (isHeld) taken = until;
    }
    return taken;
  }
  return { end: () => ending.abort(), takenUntil: holdOn() };
}

async function deliver(deps: Deps, { mailer, images }: MailParts, mail: AddressedMail): Promise<Mail> {
  try {
    await mailer.send(await compose(deps, images, mail));
    return {
      ...mail,
      body: bodyToKeep(mail),
      attempts: mail.attempts + 1,
      dueAt: null,
      sentAt: deps.clock.now(),
      problem: null,
    };
  } catch (error) {
    const problem = error instanceof MailNotSent ? error.message : 'the mail could not be rendered';
    const isFinal = error instanceof MailNotSent && error.isFinal;
    return failed(mail, problem, deps.clock.now(), isFinal);
  }
}

/** A mail after a failed attempt. */
function failed(mail: Mail, problem: string, now: number, isFinal = false): Mail {
  const attempts = mail.attempts + 1;
  const dueAt = isFinal ? null : nextMailAttempt({ ...mail, attempts }, now);
  return { ...mail, body: dueAt === null ? bodyToKeep(mail) : mail.body, attempts, dueAt, problem };
}

async function compose(deps: Deps, images: DerivedImages, mail: AddressedMail): Promise<OutgoingMail> {
  const attached: OutgoingMail['images'] = [];
  const imageOfRun = new Map<number, string>();
  for (const { id } of mail.body.runs ?? []) {
    const bytes = await thumbnail(deps, images, mail, id);
    if (bytes === null) continue;
    imageOfRun.set(id, `run-${id}`);
    attached.push({ id: `run-${id}`, bytes, contentType: 'image/webp' });
  }
  const { publicUrl } = deps.settings;
  const { hostname } = new URL(publicUrl);
  const choice = chosenMails.includes(mail.kind) ? ` Choose which mails you get: ${publicUrl}/whoami` : '';
  const footer = `Sent by Depicted at ${publicUrl}. Replies to this mail are not read.${choice}`;
  return {
    messageId: `${mail.messageId}@${hostname}`,
    to: mail.recipient,
    subject: madeVisible(mail.subject),
    images: attached,
    ...renderMail(visibleBody(mail.body), footer, imageOfRun),
  };
}

/** Stored names may predate the rule against invisible characters. */
function visibleBody({ paragraphs, runs, action }: MailBody): MailBody {
  return {
    paragraphs: paragraphs.map(madeVisible),
    action,
    ...(runs !== undefined && { runs: runs.map((run) => ({ ...run, name: madeVisible(run.name) })) }),
  };
}

/** A mail without an image is better than none. */
async function thumbnail(
  deps: Deps,
  images: DerivedImages,
  { buildId }: Mail,
  runId: number,
): Promise<Uint8Array | null> {
  if (buildId === null) return null;
  try {
    const { make } = await runThumbnail(deps, images, { kind: 'local' }, { buildId, runId });
    return (await make()).bytes;
  } catch {
    return null;
  }
}
