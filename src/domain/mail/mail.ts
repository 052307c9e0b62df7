/** Mail waiting to be sent. */

export type MailKind =
  | 'ready_for_review'
  | 'mention'
  | 'review_requested'
  | 'digest'
  | 'endpoint_off'
  | 'invitation'
  | 'password_reset'
  | 'verify_email';

/** Those that a person chooses to get, or not. */
export const chosenMails: readonly MailKind[] = ['ready_for_review', 'mention', 'review_requested', 'digest'];

/** Their links grant nothing. */
const harmless: readonly MailKind[] = [...chosenMails, 'endpoint_off'];

/** Maximum mails within 24 hours. */
export const mailLimits = {
  /** Invitations and confirmations caused by one person. */
  perPerson: 100,
  /** The same, received by one address. */
  perRecipient: 5,
  /** The same, caused by one build. */
  perBuild: 200,
  /** "Ready for review" mail to one address, and of one build. */
  reviewsPerRecipient: 200,
  reviewsPerBuild: 500,
  /** Comments and requested reviews to one address, unless they come in a digest. */
  mentionsPerRecipient: 100,
  /** Password reset links to one address. */
  passwordsPerRecipient: 10,
} as const;

export interface Mail {
  id: number;
  /** The left part of its Message-ID: the same for every attempt, so that duplicates can be recognized. */
  messageId: string;
  buildId: number | null;
  releaseId: number | null;
  kind: MailKind;
  /** One address; null: once it is due, it becomes one mail for each person whom its release concerns. */
  recipient: string | null;
  subject: string;
  body: MailBody;
  createdAt: number;
  /** When it is tried next; null once it was sent or abandoned. */
  dueAt: number | null;
  attempts: number;
  sentAt: number | null;
  /** Why the last attempt failed. */
  problem: string | null;
  /** `user:<id>` or another actor who caused it; null for the server itself. */
  requestedBy: string | null;
}

/** One that can be sent. */
export type AddressedMail = Mail & { recipient: string };

export function isAddressed(mail: Mail): mail is AddressedMail {
  return mail.recipient !== null;
}

/** That a release waits for its reviewers, once per release. Whom it goes to and what it says is decided when it is due. */
export function readyForReview(
  { id, buildId }: { id: number; buildId: number },
  now: number,
): Omit<Mail, 'id'> {
  return {
    messageId: `ready-${id}`,
    buildId,
    releaseId: id,
    kind: 'ready_for_review',
    recipient: null,
    subject: '',
    body: { paragraphs: [], action: null },
    ...unsent(now),
    requestedBy: null,
  };
}

/** What is known of a mail before its first attempt, which is due immediately. */
export function unsent(now: number): Pick<Mail, 'createdAt' | 'dueAt' | 'attempts' | 'sentAt' | 'problem'> {
  return { createdAt: now, dueAt: now, attempts: 0, sentAt: null, problem: null };
}

/** Content; rendered as text and HTML when sent. */
export interface MailBody {
  /** Paragraphs of plain text. */
  paragraphs: string[];
  /** The call to action. */
  action: { label: string; url: string } | null;
  /** Runs of the mail's release, shown with their thumbnails. */
  runs?: { id: number; name: string; words: string }[];
}

/** What is kept of a finished mail: links are removed, because some grant access. */
export function bodyToKeep({ kind, body }: Pick<Mail, 'kind' | 'body'>): MailBody {
  return harmless.includes(kind) ? body : { ...body, action: null };
}

/** Of one digest; what comes later that day is only on the server. */
export const maxDigestItems = 50;
/** When digests are due, in UTC. */
const digestHour = 7;

/** The next time at which digests are sent. */
export function digestDueAt(now: number): number {
  const due = new Date(now).setUTCHours(digestHour, 0, 0, 0);
  return due > now ? due : due + 24 * 60 * minuteMs;
}

/** `2026-11-29`, in UTC. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

const minuteMs = 60_000;
/** Delays between attempts; the last one repeats. */
const pausesMs = [minuteMs, 5 * minuteMs, 15 * minuteMs, 60 * minuteMs];
/** Age at which a mail is abandoned. */
export const mailLifeMs = 24 * 60 * minuteMs;

/**
 * When a failed mail is retried, or null to abandon it.
 *
 * @param mail its attempts include the one that just failed
 */
export function nextMailAttempt(mail: Pick<Mail, 'createdAt' | 'attempts'>, now: number): number | null {
  const pause = pausesMs[Math.min(mail.attempts, pausesMs.length) - 1] ?? minuteMs;
  return now + pause > mail.createdAt + mailLifeMs ? null : now + pause;
}
