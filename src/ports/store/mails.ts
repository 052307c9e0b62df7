import type { Mail, MailKind } from '../../domain/mail/mail.ts';

/** Filters mails that have a recipient. */
export interface MailFilter {
  kinds: readonly MailKind[];
  recipient?: string;
  buildId?: number;
  /** `user:<id>` or another actor. */
  requestedBy?: string;
}

/** The queue of mails to send, and their results. */
export interface MailRepository {
  /** Once per message id: an existing mail is left unchanged. */
  insertMany(mails: readonly Omit<Mail, 'id'>[]): Promise<void>;
  /**
   * Claims due mails, oldest first, and postpones them to `until`, so that no other server claims them. Their dueAt
   * identifies the claim for `update`.
   */
  take(now: number, until: number, limit: number): Promise<Mail[]>;
  /** Writes body, dueAt, attempts, sentAt and problem. @returns false when another server has claimed it since */
  update(mail: Mail, takenUntil: number): Promise<boolean>;
  /** How many were created after a time. */
  countSince(filter: MailFilter, since: number): Promise<number>;
  /** As `countSince`, for each of the recipients; those without a mail are absent. */
  countsSince(
    filter: { kinds: readonly MailKind[]; recipients: readonly string[] },
    since: number,
  ): Promise<Map<string, number>>;
  /** One that was not sent yet, waiting until no other transaction changes it. */
  findWaiting(messageId: string): Promise<Mail | null>;
  /** In the order of insertion. */
  ofRelease(releaseId: number): Promise<Mail[]>;
}
