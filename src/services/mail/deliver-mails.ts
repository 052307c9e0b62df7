import { madeVisible } from '../../base/invisible-text.ts';
import { bodyToKeep, nextMailAttempt, type Mail, type MailBody } from '../../domain/mail/mail.ts';
import { renderMail } from '../../domain/mail/mail-text.ts';
import type { DerivedImages } from '../../ports/derived-images.ts';
import { MailNotSent, type Mailer, type OutgoingMail } from '../../ports/mailer.ts';
import type { Deps } from '../deps.ts';
import { runThumbnail } from '../artifacts/derived-images.ts';

/** Mails sent per batch. */
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
 * @returns how many were claimed
 */
export async function deliverMails(deps: Deps, parts: MailParts, signal?: AbortSignal): Promise<number> {
  let count = 0;
  for (; count < batch && signal?.aborted !== true; count++) {
    const mail = await takeNext(deps);
    if (mail === null) break;
    await deliverTaken(deps, parts, mail);
  }
  return count;
}

async function takeNext({ store, clock }: Deps): Promise<Mail | null> {
  const now = clock.now();
  const [mail] = await store.transaction((tx) => tx.mails.take(now, now + takenMs, 1));
  return mail ?? null;
}

async function deliverTaken(deps: Deps, parts: MailParts, mail: Mail): Promise<void> {
  const { store, clock, logger } = deps;
  const hold = holdMail(deps, mail);
  const after = await deliver(deps, parts, mail).finally(() => hold.end());
  const takenUntil = await hold.takenUntil;
  const isNoted = await store.transaction(async (tx) => {
    if (!(await tx.mails.update(after, takenUntil))) return false;
    const isGivenUp = after.sentAt === null && after.dueAt === null;
    if (!isGivenUp && !(after.sentAt === null && after.attempts === 1)) return true;
    await tx.activity.insert({
      at: clock.now(),
      buildId: mail.buildId,
      releaseId: mail.releaseId,
      runId: null,
      actor: 'server',
      kind: isGivenUp ? 'mail_failed' : 'mail_delayed',
      detail: { mail: mail.kind, problem: after.problem },
      subject: `mail:${mail.id}`,
      operationId: isGivenUp ? 'failed' : 'delayed',
    });
    return true;
  });
  if (!isNoted) logger.warn('another server claimed a mail that took too long to send', { mail: mail.kind });
  else if (after.sentAt === null) {
    logger.warn('a mail could not be sent', { mail: mail.kind, problem: after.problem });
  }
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

async function deliver(deps: Deps, { mailer, images }: MailParts, mail: Mail): Promise<Mail> {
  const attempts = mail.attempts + 1;
  try {
    await mailer.send(await compose(deps, images, mail));
    return {
      ...mail,
      body: bodyToKeep(mail),
      attempts,
      dueAt: null,
      sentAt: deps.clock.now(),
      problem: null,
    };
  } catch (error) {
    const problem = error instanceof MailNotSent ? error.message : 'the mail could not be rendered';
    const isFinal = error instanceof MailNotSent && error.isFinal;
    const dueAt = isFinal ? null : nextMailAttempt({ ...mail, attempts }, deps.clock.now());
    return { ...mail, body: dueAt === null ? bodyToKeep(mail) : mail.body, attempts, dueAt, problem };
  }
}

async function compose(deps: Deps, images: DerivedImages, mail: Mail): Promise<OutgoingMail> {
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
  const footer = `Sent by Depicted at ${publicUrl}.`;
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
