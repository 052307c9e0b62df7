import type { FastifyInstance } from 'fastify';
import { escapeXml } from '../../base/xml-text.ts';
import { maxNameLength } from '../../domain/names.ts';
import { badgeStatus } from '../../services/releases/badge-status.ts';
import type { BadgeState } from '../../services/releases/badge-status.ts';
import type { HttpContext } from '../deps.ts';
import { HttpError } from '../http-error.ts';
import { readForm } from '../body/fields.ts';

/** `/badge/7.svg?branch=main`: an image of the state of a public build, for a README. */
export function serveBadge(app: FastifyInstance, { core }: HttpContext): void {
  app.get('/badge/:file', { config: { access: 'read' } }, async (request, reply) => {
    const { file } = request.params as { file: string };
    const buildId = Number(/^([1-9]\d{0,8})\.svg$/.exec(file)?.[1] ?? 0);
    const start = request.url.indexOf('?');
    const { branch } = readForm(start < 0 ? '' : request.url.slice(start + 1));
    const isBranch = typeof branch === 'string' && branch !== '' && branch.length <= maxNameLength;
    const found = await badgeStatus(core, { buildId, branch: isBranch ? branch : null });
    // Not as the API does, which asks strangers for a login: an image cannot log in.
    if (found === null) throw new HttpError(404, 'not_found', 'There is no public build of that number.');
    return reply
      .headers({
        'cache-control': 'public, max-age=60',
        'cross-origin-resource-policy': 'cross-origin',
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      })
      .type('image/svg+xml; charset=utf-8')
      .send(badge(found.name, found.state));
  });
}

/** White on each of them has a contrast of at least 4.5. */
export const badgeColors: Readonly<Record<BadgeState, string>> = {
  pending: '#8a5a00',
  success: '#1a7f37',
  failure: '#c62828',
  error: '#8e24aa',
  skipped: '#57606a',
  unknown: '#57606a',
};
export const badgeLabelColor = '#24292f';

const words: Readonly<Record<BadgeState, string>> = {
  pending: 'waiting',
  success: 'passed',
  failure: 'needs review',
  error: 'error',
  skipped: 'skipped',
  unknown: 'no release',
};

const maxLabel = 40;
const height = 20;
const padding = 6;
/** Pixels that a character takes, about: `textLength` makes it exact, whatever font there is. */
const characterWidth = 6.6;

export function badge(name: string, state: BadgeState): string {
  const characters = [...name.toWellFormed()];
  const label = characters.length <= maxLabel ? name : `${characters.slice(0, maxLabel - 1).join('')}…`;
  const word = words[state];
  const widthOf = (text: string) => Math.round([...text].length * characterWidth);
  const left = widthOf(label) + 2 * padding;
  const right = widthOf(word) + 2 * padding;
  const text = (x: number, shown: string) =>
    `<text x="${x}" y="14" textLength="${widthOf(shown)}" lengthAdjust="spacingAndGlyphs">${escapeXml(shown)}</text>`;
  const title = escapeXml(`${label}: ${word}`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="${height}" role="img" aria-label="${title}">`,
    `<title>${title}</title>`,
    `<rect width="${left}" height="${height}" fill="${badgeLabelColor}"/>`,
    `<rect x="${left}" width="${right}" height="${height}" fill="${badgeColors[state]}"/>`,
    `<g fill="#fff" font-family="Verdana, DejaVu Sans, sans-serif" font-size="11">`,
    text(padding, label),
    text(left + padding, word),
    '</g></svg>\n',
  ].join('');
}
