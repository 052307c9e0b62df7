/** A mail as text and as HTML. */

import { escapeHtml } from '../../base/html-text.ts';
import type { MailBody } from './mail.ts';

export interface RenderedMail {
  text: string;
  html: string;
}

/**
 * @param footer one line that explains why this mail was sent
 * @param images content id of the image by run id; runs without one are listed without it
 */
export function renderMail(
  body: MailBody,
  footer: string,
  images: ReadonlyMap<number, string>,
): RenderedMail {
  const { paragraphs, action, runs = [] } = body;
  const text = [
    ...paragraphs,
    ...(runs.length > 0 ? [runs.map(({ name, words }) => `- ${name}: ${words}`).join('\n')] : []),
    ...(action === null ? [] : [`${action.label}: ${action.url}`]),
    `-- \n${footer}`,
  ].join('\n\n');
  const rows = runs.map(({ id, name, words }) => {
    const contentId = images.get(id);
    const image =
      contentId === undefined
        ? ''
        : `<img src="cid:${escapeHtml(contentId)}" width="120" height="75" alt="" style="display:block;border:1px solid #dadde1">`;
    return `<tr><td style="padding:6px 12px 6px 0">${image}</td><td style="padding:6px 0;word-break:break-all">${escapeHtml(name)}<br><span style="color:#9a4b00">${escapeHtml(words)}</span></td></tr>`;
  });
  const button =
    action === null
      ? ''
      : `<p style="margin:20px 0"><a href="${escapeHtml(action.url)}" style="background:#2b57d6;color:#ffffff;padding:10px 18px;border-radius:4px;text-decoration:none;display:inline-block">${escapeHtml(action.label)}</a></p>`;
  const html = `<!doctype html><html lang="en"><body style="margin:0;padding:24px;background:#f6f7f8;color:#16191d;font:14px/20px system-ui,-apple-system,'Segoe UI',sans-serif"><div style="max-width:560px;margin:0 auto;background:#ffffff;border:1px solid #dadde1;border-radius:6px;padding:24px">${paragraphs
    .map((paragraph) => `<p style="margin:0 0 12px">${escapeHtml(paragraph)}</p>`)
    .join(
      '',
    )}${rows.length > 0 ? `<table role="presentation" style="border-collapse:collapse;font-size:13px">${rows.join('')}</table>` : ''}${button}</div><p style="max-width:560px;margin:12px auto;color:#565d66;font-size:12px">${escapeHtml(footer)}</p></body></html>`;
  return { text, html };
}
