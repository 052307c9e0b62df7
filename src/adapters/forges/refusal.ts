import { field, list, type Answer } from './dialect.ts';

const maxSentenceLength = 300;

/**
 * What the forge said, as one sentence.
 *
 * @param secrets never shown, even if the forge repeats them
 */
export function sentenceOf(title: string, { status, body }: Answer, secrets: readonly string[]): string {
  let said = saidIn(body)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  for (const secret of secrets) if (secret !== '') said = said.replaceAll(secret, '•••');
  if (status >= 300 && status < 400) {
    return `${title} redirects to another host, with status ${status}: enter the address that is meant.`;
  }
  const shown = said.length > maxSentenceLength ? `${said.slice(0, maxSentenceLength - 1)}…` : said;
  return shown === ''
    ? `${title} answered with status ${status}.`
    : `${title} answered with status ${status}: ${shown.replace(/[.!]$/, '')}.`;
}

/** Every forge has another place for it. */
function saidIn(body: unknown): string {
  const places = [
    field(body, 'message'),
    field(body, 'error', 'message'),
    field(list(field(body, 'errors'))[0], 'message'),
    field(body, 'error_description'),
    field(body, 'error'),
  ];
  const said = places.find((place) => place !== undefined && place !== null && place !== '');
  if (typeof said === 'string') return said;
  return said === undefined || said === null ? '' : JSON.stringify(said);
}
