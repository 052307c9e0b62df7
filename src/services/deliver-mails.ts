import { madeVisible } from '../domain/invisible-text.ts';
import { bodyToKeep, nextMailAttempt, type Mail, type MailBody } from '../domain/mail.ts';
import { renderMail } from '../domain/mail-text.ts';
import type { DerivedPictures } from '../ports/derived-pictures.ts';
import { MailNotSent, type Mailer, type OutgoingMail } from '../ports/mailer.ts';
import type { Deps } from './deps.ts';
import { runThumbnail } from './derive-picture.ts';

/** Mails that are taken at a time. */
const batch = 10;
/** A mail that was taken is nobody else's for so long; a server that dies meanwhile leaves it to the next. */
const takenMs = 5 * 60_000;

export interface MailParts {
  mailer: Mailer;
  pictures: DerivedPictures;
}

/**
 * Sends the mails that are due; what fails is tried again for a day. At least once: a server that dies between sending
 * and noting it sends the mail again, under the same Message-ID.
 *
 * @returns how many were taken
 */
export async function deliverMails(deps: Deps, parts: MailParts, signal?: AbortSignal): Promise<number> {
  const { store, clock, logger } = deps;
  const now = clock.now();
  const mails = await store.transaction((tx) => tx.mails.take(now, now + takenMs, batch));
  for (const mail of mails) {
    if (signal?.aborted === true) break;
    const after = await deliver(deps, parts, mail);
    await store.transaction(async (tx) => {
      await tx.mails.update(after);
      const isGivenUp = after.sentAt === null && after.dueAt === null;
      if (!isGivenUp && !(after.sentAt === null && after.attempts === 1)) return;
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
    });
    if (after.sentAt === null)
      logger.warn('a mail was not sent', { mail: mail.kind, problem: after.problem });
  }
  return mails.length;
}

async function deliver(deps: Deps, { mailer, pictures }: MailParts, mail: Mail): Promise<Mail> {
  const attempts = mail.attempts + 1;
  try {
    await mailer.send(await compose(deps, pictures, mail));
    return {
      ...mail,
      body: bodyToKeep(mail),
      attempts,
      dueAt: null,
      sentAt: deps.clock.now(),
      problem: null,
    };
  } catch (error) {
    const problem = error instanceof MailNotSent ? error.message : 'the mail could not be made';
    const isFinal = error instanceof MailNotSent && error.isFinal;
    const dueAt = isFinal ? null : nextMailAttempt({ ...mail, attempts }, deps.clock.now());
    return { ...mail, body: dueAt === null ? bodyToKeep(mail) : mail.body, attempts, dueAt, problem };
  }
}

async function compose(deps: Deps, pictures: DerivedPictures, mail: Mail): Promise<OutgoingMail> {
  const images: OutgoingMail['images'] = [];
  const imageOfRun = new Map<number, string>();
  for (const { id } of mail.body.runs ?? []) {
    const bytes = await thumbnail(deps, pictures, mail, id);
    if (bytes === null) continue;
    imageOfRun.set(id, `run-${id}`);
    images.push({ id: `run-${id}`, bytes, contentType: 'image/webp' });
  }
  const { publicUrl } = deps.settings;
  const { hostname } = new URL(publicUrl);
  const footer = `Sent by Depicted at ${publicUrl}.`;
  return {
    messageId: `${mail.messageId}@${hostname}`,
    to: mail.recipient,
    subject: madeVisible(mail.subject),
    images,
    ...renderMail(visibleBody(mail.body), footer, imageOfRun),
  };
}

/** Names may be older than the rule that refuses characters which nobody sees. */
function visibleBody({ paragraphs, runs, action }: MailBody): MailBody {
  return {
    paragraphs: paragraphs.map(madeVisible),
    action,
    ...(runs !== undefined && { runs: runs.map((run) => ({ ...run, name: madeVisible(run.name) })) }),
  };
}

/** A mail without a picture is better than none. */
async function thumbnail(
  deps: Deps,
  pictures: DerivedPictures,
  { buildId }: Mail,
  runId: number,
): Promise<Uint8Array | null> {
  if (buildId === null) return null;
  try {
    const { make } = await runThumbnail(deps, pictures, { kind: 'local' }, { buildId, runId });
    return (await make()).bytes;
  } catch {
    return null;
  }
}
