import type { WaitFor } from '../local-config.ts';
import type { Mistakes } from './mistakes.ts';
import { isRecord, withoutNulls } from './records.ts';
import { script, waitForAnySchema, waitForUrlSchema } from './schemas.ts';

const defaults = { urlTimeoutMs: 10_000, scriptTimeoutMs: 30_000 } as const;
const path = ['waitFor'];

/**
 * What a file waits for; null without that, or after its mistakes were noted.
 *
 * @param absolute makes an address of the file absolute
 */
export function readWaitFor(
  value: unknown,
  mistakes: Mistakes,
  absolute: (url: unknown) => unknown,
): WaitFor | null {
  if (value === null) return null;
  if (typeof value === 'string') {
    if (mistakes.check(script, value, path) === null) return null;
    return { kind: 'script', script: value, timeoutMs: defaults.scriptTimeoutMs };
  }
  if (!isRecord(value)) {
    mistakes.add(path, '"waitFor" is invalid: it must be a bash script or {url, timeout_secs}.');
    return null;
  }
  const given = withoutNulls(value);
  if (given.url !== undefined) given.url = absolute(given.url);
  const found = mistakes.check(waitForAnySchema, given, path)?.value;
  if (found === undefined) return null;
  if (found.script !== undefined && found.url !== undefined) {
    mistakes.add([...path, 'script'], '"waitFor" has both "url" and "script": keep only one.');
    return null;
  }
  const timeoutMs = (found.timeout_secs ?? 0) * 1_000;
  if (found.script !== undefined) {
    return { kind: 'script', script: found.script, timeoutMs: timeoutMs || defaults.scriptTimeoutMs };
  }
  const url = mistakes.check(waitForUrlSchema, given, path)?.value.url;
  return url === undefined ? null : { kind: 'url', url, timeoutMs: timeoutMs || defaults.urlTimeoutMs };
}
