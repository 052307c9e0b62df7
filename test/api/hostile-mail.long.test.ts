import { expect, it } from 'vitest';
import { createSmtpMailer } from '../../src/adapters/mail/smtp-mailer.ts';
import { renderMail } from '../../src/domain/mail/mail-text.ts';
import { hostileNames, hostileStrings } from '../support/hostile-strings.ts';
import { startMailSink } from '../support/mail-sink.ts';

it('T41, T42: hostile strings in mail stay in their place: one recipient, one subject, text that is text', async () => {
  const sink = await startMailSink();
  const mailer = createSmtpMailer({ smtpUrl: sink.url, from: 'Depicted <dpxdt@shop.test>' });
  for (const [index, { text }] of hostileStrings.entries()) {
    const body = {
      paragraphs: [`Release ${text} is ready.`],
      action: { label: text, url: 'https://depicted.example/release?name=x' },
      runs: [{ id: 1, name: text, words: text }],
    };
    const rendered = renderMail(body, text, new Map());
    await mailer.send({
      messageId: `hostile-${index}@shop.test`,
      to: 'ann@shop.test',
      subject: `Shop: ${text} - Ready for review`,
      ...rendered,
      images: [],
    });
  }
  await mailer.close();
  expect(sink.mails).toHaveLength(hostileStrings.length);
  for (const [index, mail] of sink.mails.entries()) {
    const { what, text } = hostileStrings[index]!;
    expect(
      [mail.to].flat().map((to) => to?.text),
      what,
    ).toEqual(['ann@shop.test']);
    expect([mail.cc, mail.bcc, mail.headers.get('set-cookie')], what).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(mail.headers.get('auto-submitted'), what).toBe('auto-generated');
    expect(String(mail.html), what).not.toMatch(/<script|<img|<svg|\son\w+="window/i);
    const links = [...String(mail.html).matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
    expect(links, what).toEqual(['https://depicted.example/release?name=x']);
    const isName = hostileNames.some((name) => name.text === text);
    if (isName) expect(mail.text, what).toContain(`Release ${text} is ready.`);
    if (isName && !/blanks|10,000/.test(what))
      expect(mail.subject, what).toBe(`Shop: ${text} - Ready for review`);
  }
});
