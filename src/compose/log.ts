import { jsonLog, type JsonLog, type LogLevel } from '../adapters/log/json-log.ts';

/** The log of a command that works on its own. */
export function composeLog(level: LogLevel): JsonLog {
  return jsonLog(level);
}
