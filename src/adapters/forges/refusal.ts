import { field, list, type Answer } from './dialect.ts';

const maxSentenceLength = 300;

/** When the forge wants to be called again. */
export function retryTimeOf({ header }: Answer, now: number): number | null {
  const after = header('retry-after');
  if (after !== null) {
    if (/^\d{1,9}$/.test(after)) return now + Number(after) * 1_000;
    const date = Date.parse(after);
    return Number.isNaN(date) ? null : date;
  }
  const reset = header('x-ratelimit-reset') ?? header('ratelimit-reset');
  const isLimited = (header('x-ratelimit-remaining') ?? header('ratelimit-remaining')) === '0';
  return isLimited && reset !== null && /^\d{9,11}$/.test(reset) ? Number(reset) * 1_000 : null;
}

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
