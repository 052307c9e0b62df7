/** One mail, ready to go. */
export interface OutgoingMail {
  /** Without angle brackets; the same at every attempt. */
  messageId: string;
  /** One address. */
  to: string;
  subject: string;
  text: string;
  html: string;
  /** Shown in the HTML as `cid:<id>`. */
  images: { id: string; bytes: Uint8Array; contentType: string }[];
}

export interface Mailer {
  /**
   * Hands a mail over to be delivered.
   *
   * @throws MailNotSent
   */
  send(mail: OutgoingMail): Promise<void>;
  close(): Promise<void>;
}

/** The mail was not taken; its message says why, without secrets. */
export class MailNotSent extends Error {
  override readonly name = 'MailNotSent';
  /** Trying again will not help: the address or the mail itself was refused. */
  readonly isFinal: boolean;

  constructor(message: string, isFinal: boolean) {
    super(message);
    this.isFinal = isFinal;
  }
}
