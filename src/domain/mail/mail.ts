/** Mail that waits to be sent. */

export type MailKind = 'ready_for_review' | 'invitation' | 'password_reset' | 'verify_email';

/** Mails within 24 hours. */
export const mailLimits = {
  /** Invitations and confirmations that one person causes. */
  perPerson: 100,
  /** The same that one address gets, whoever causes them. */
  perRecipient: 5,
  /** The same that one build causes. */
  perBuild: 200,
  /** "Ready for review" to one address, and of one build. */
  reviewsPerRecipient: 200,
  reviewsPerBuild: 500,
  /** Links for a new password to one address. */
  passwordsPerRecipient: 10,
} as const;

export interface Mail {
  id: number;
  /** The left part of its Message-ID: the same at every attempt, so a second delivery can be told. */
  messageId: string;
  buildId: number | null;
  releaseId: number | null;
  kind: MailKind;
  /** One address; null: once it is due, it becomes one mail for each person whom its release concerns. */
  recipient: string | null;
  subject: string;
  body: MailBody;
  createdAt: number;
  /** When it is tried next; null once it was sent or given up. */
  dueAt: number | null;
  attempts: number;
  sentAt: number | null;
  /** Why the last attempt failed. */
  problem: string | null;
  /** `user:<id>` or another actor whose act sends it; null where the server does by itself. */
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

/** What is known of a mail before its first attempt, which is due at once. */
export function unsent(now: number): Pick<Mail, 'createdAt' | 'dueAt' | 'attempts' | 'sentAt' | 'problem'> {
  return { createdAt: now, dueAt: now, attempts: 0, sentAt: null, problem: null };
}

/** What is made into text and HTML when it is sent. */
export interface MailBody {
  /** Paragraphs of plain text. */
  paragraphs: string[];
  /** The one thing to do. */
  action: { label: string; url: string } | null;
  /** Runs of the mail's release, shown with their thumbnails. */
  runs?: { id: number; name: string; words: string }[];
}

/** What is kept of a mail that is over: the links of some let whoever has them in. */
export function bodyToKeep({ kind, body }: Pick<Mail, 'kind' | 'body'>): MailBody {
  return kind === 'ready_for_review' ? body : { ...body, action: null };
}

const minuteMs = 60_000;
/** Between attempts; the last one again and again. */
const pausesMs = [minuteMs, 5 * minuteMs, 15 * minuteMs, 60 * minuteMs];
/** After so long a mail is given up. */
export const mailLifeMs = 24 * 60 * minuteMs;

/**
 * When a mail that could not be sent is tried again, or null when it is given up.
 *
 * @param mail its attempts include the one that just failed
 */
export function nextMailAttempt(mail: Pick<Mail, 'createdAt' | 'attempts'>, now: number): number | null {
  const pause = pausesMs[Math.min(mail.attempts, pausesMs.length) - 1] ?? minuteMs;
  return now + pause > mail.createdAt + mailLifeMs ? null : now + pause;
}
