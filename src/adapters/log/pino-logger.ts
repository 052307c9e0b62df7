import pino, { type DestinationStream } from 'pino';
import type { Logger } from '../../ports/logger.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Names of members whose values are secrets, wherever they stand. */
const secretName =
  /^(authorization|proxy-?authorization|(set-?)?cookies?|pass(word|wd)?|secret|secret_?key|token|api_?key|http_?pass(word)?|database_?url|inject_?headers|extra_?headers|.*(_secret|Secret|_password|Password|_token|Token))$/i;
/** User and password inside an address. */
const userInfo = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@:]*(?::[^\s/@]*)?@/gi;
const basicCredentials = /\b(basic|bearer)\s+[A-Za-z0-9+/_=.~-]{6,}/gi;
const hidden = '•••';
const maxDepth = 8;

/** JSON lines, one per event, with secrets masked: a member's by its name, an address' and a header's by its form. */
export function pinoLogger(options: { level?: LogLevel; destination?: DestinationStream } = {}): Logger {
  const logger = pino(
    { level: options.level ?? 'info', base: null, timestamp: pino.stdTimeFunctions.isoTime },
    options.destination ?? pino.destination({ dest: 2, sync: false }),
  );
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error') => (message: string, fields?: Record<string, unknown>) => {
      if (!logger.isLevelEnabled(level)) return;
      logger[level](fields === undefined ? {} : (masked(fields, 0) as object), maskText(message));
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Text without the credentials that addresses and headers carry. */
export function maskText(text: string): string {
  return text.replace(userInfo, `$1${hidden}@`).replace(basicCredentials, `$1 ${hidden}`);
}

function masked(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return maskText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= maxDepth) return '…';
  if (value instanceof Error) return maskText(value.stack ?? String(value));
  if (Array.isArray(value)) return value.map((item) => masked(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      secretName.test(name) ? hidden : masked(item, depth + 1),
    ]),
  );
}
