import pino from 'pino';
import type { Logger } from '../../ports/logger.ts';
import { redact, redactText } from './redact.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface JsonLog extends Logger {
  /** Writes out what is still in memory. */
  flush(): void;
}

/** One JSON object a line on standard error: `level`, `time` (ISO), `msg` and the fields, without secrets. */
export function jsonLog(level: LogLevel): JsonLog {
  const stream = pino.destination({ dest: 2, sync: false });
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  );
  const write = (to: 'debug' | 'info' | 'warn' | 'error') => (message: string, fields?: object) => {
    if (log.isLevelEnabled(to)) log[to](redact(fields ?? {}) as object, redactText(message));
  };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    flush: () => {
      try {
        stream.flushSync();
      } catch {
        // Nobody reads standard error any more.
      }
    },
  };
}
