import type { CaptureLog } from './capture-log.ts';
import type { CdpSession } from './cdp-connection.ts';
import type { CdpEvents } from './cdp-events.ts';

/** Logs the page's console output and errors. */
export function watchConsole(session: CdpSession, log: CaptureLog): void {
  session.on('Runtime.consoleAPICalled', ({ type, args, stackTrace }) => {
    const frame = stackTrace?.callFrames[0];
    const place = frame === undefined || frame.url === '' ? '' : ` (${frame.url}:${frame.lineNumber + 1})`;
    log.add('console', `${type}: ${args.map(describe).join(' ')}${place}`);
  });
  session.on('Runtime.exceptionThrown', ({ exceptionDetails }) => {
    const { exception, text, url, lineNumber } = exceptionDetails;
    const what = exception?.description?.split('\n')[0] ?? text;
    log.add('error', `${what}${url === undefined || url === '' ? '' : ` (${url}:${lineNumber + 1})`}`);
  });
  session.on('Log.entryAdded', ({ entry }) => {
    // Failed requests are logged separately.
    if (entry.source === 'network') return;
    log.add('console', `${entry.level}: ${entry.text}`);
  });
}

function describe(argument: CdpEvents['Runtime.consoleAPICalled']['args'][number]): string {
  if (argument.type === 'string') return String(argument.value);
  if (argument.unserializableValue !== undefined) return argument.unserializableValue;
  return argument.description ?? JSON.stringify(argument.value) ?? argument.type;
}
