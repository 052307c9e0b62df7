/** A rendered mail. */
export interface OutgoingMail {
  /** Without angle brackets; the same for every attempt. */
  messageId: string;
  /** One address. */
  to: string;
  subject: string;
  text: string;
  html: string;
  /** Referenced in the HTML as `cid:<id>`. */
  images: { id: string; bytes: Uint8Array; contentType: string }[];
}

export interface Mailer {
  /**
   * Submits a mail for delivery.
   *
   * @throws MailNotSent
   */
  send(mail: OutgoingMail): Promise<void>;
  close(): Promise<void>;
}

/** The mail was not accepted; the message says why, without secrets. */
export class MailNotSent extends Error {
  override readonly name = 'MailNotSent';
  /** Retrying is pointless: the address or the mail itself was refused. */
  readonly isFinal: boolean;

  constructor(message: string, isFinal: boolean) {
    super(message);
    this.isFinal = isFinal;
  }
}
