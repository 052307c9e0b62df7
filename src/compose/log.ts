import { jsonLog, type JsonLog, type LogLevel } from '../adapters/log/json-log.ts';

/** The log of a long-running command. */
export function composeLog(level: LogLevel): JsonLog {
  return jsonLog(level);
}
