import { createTransport, type Transporter } from 'nodemailer';
import { AppError } from '../../base/errors.ts';
import { MailNotSent, type Mailer, type OutgoingMail } from '../../ports/mailer.ts';

export interface SmtpMailerOptions {
  /** `smtp://user:password@host:port`, or `smtps://` for TLS from the first byte. */
  smtpUrl: string;
  /** `Depicted <dpxdt@example.org>`. */
  from: string;
  /** Of each step of the conversation; default 10,000. */
  timeoutMs?: number;
}

/**
 * Sends mail through an SMTP server, which takes care of delivery.
 *
 * @throws AppError `invalid_argument` for a URL that is none
 */
export function createSmtpMailer({ smtpUrl, from, timeoutMs = 10_000 }: SmtpMailerOptions): Mailer {
  const url = URL.parse(smtpUrl);
  if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === '') {
    throw new AppError(
      'invalid_argument',
      'The setting for mail (smtpUrl) must look like smtp://user:password@host:587.',
    );
  }
  const isSecure = url.protocol === 'smtps:';
  const transport: Transporter = createTransport({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (isSecure ? 465 : 587)),
    secure: isSecure,
    ...(url.username !== '' && {
      auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // A mail is made of what is given here; nothing in it may make this server read a file or a URL.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(mail) {
      try {
        await transport.sendMail(message(mail, from));
      } catch (error) {
        throw notSent(error);
      }
    },
    close: async () => {
      transport.close();
    },
  };
}

function message({ messageId, to, subject, text, html, images }: OutgoingMail, from: string) {
  return {
    from,
    to: { name: '', address: to },
    subject,
    text,
    html,
    messageId: `<${messageId}>`,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    attachments: images.map(({ id, bytes, contentType }) => ({
      cid: id,
      content: Buffer.from(bytes),
      contentType,
      filename: `${id}.webp`,
      contentDisposition: 'inline' as const,
    })),
  };
}

function notSent(error: unknown): MailNotSent {
  const {
    code = '',
    responseCode,
    response,
  } = error as {
    code?: string;
    responseCode?: number;
    response?: string;
  };
  if (responseCode !== undefined) {
    // A refused login is the operator's to mend, so it is worth another try; a refused address or mail is not.
    const isFinal = responseCode >= 500 && code !== 'EAUTH';
    return new MailNotSent(
      `the mail server answered ${(response ?? String(responseCode)).slice(0, 200)}`,
      isFinal,
    );
  }
  return new MailNotSent(problems[code] ?? 'the mail server cannot be reached', false);
}

const problems: Record<string, string> = {
  ETIMEDOUT: 'the mail server did not answer in time',
  EAUTH: 'the mail server refused the login',
  ETLS: 'no secure connection to the mail server came about',
  EDNS: 'the mail server’s name is not known',
};
