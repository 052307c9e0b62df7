import { simpleParser, type ParsedMail } from 'mailparser';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { SMTPServer } from 'smtp-server';

export interface MailSink {
  /** For the server's setting. */
  url: string;
  mails: ParsedMail[];
  /** The answer to the next recipients; null: accepted. */
  refuse: { code: number; message: string } | null;
  close(): Promise<void>;
}

/** A real SMTP server that keeps its mail; it requires the user `post` with the password `p@ss`. */
export async function startMailSink({
  closes = 'with the test',
}: { closes?: 'with the test' | 'by hand' } = {}): Promise<MailSink> {
  const server = new SMTPServer({
    logger: false,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    closeTimeout: 100,
    onAuth: ({ username, password }, _session, done) => {
      if (username === 'post' && password === 'p@ss') done(null, { user: username });
      else done(new Error('Wrong user or password'));
    },
    onRcptTo: (_address, _session, done) => {
      const { refuse } = sink;
      done(refuse === null ? null : Object.assign(new Error(refuse.message), { responseCode: refuse.code }));
    },
    onData: (stream, _session, done) => {
      simpleParser(stream).then(
        (mail) => {
          sink.mails.push(mail);
          done();
        },
        (error: Error) => done(error),
      );
    },
  });
  server.on('error', () => undefined);
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  const sink: MailSink = { url: '', mails: [], refuse: null, close };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  sink.url = `smtp://post:p%40ss@127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  if (closes === 'with the test') onTestFinished(close);
  return sink;
}
