import type { CdpSession } from './cdp-connection.ts';

/** A script threw; the message is the page's own. */
export class ScriptThrew extends Error {
  override readonly name = 'ScriptThrew';
}

/** A page of another browser than Chromium, which runs scripts by itself. */
export interface ScriptRunner {
  /** As {@link evaluate}. */
  runScript(expression: string): Promise<unknown>;
  /** As {@link compileError}. */
  compileError(source: string): Promise<string | undefined>;
}

/** Where scripts of the config run. */
export type ScriptHost = CdpSession | ScriptRunner;

interface ExceptionDetails {
  text: string;
  exception?: { className?: string; description?: string; value?: unknown };
}

/**
 * Evaluates an expression in the page, regardless of its content security policy, and waits for a promise.
 *
 * @param contextId of a frame's world; default: the page's own
 * @throws ScriptThrew when it throws or its promise is rejected
 */
export async function evaluate<T>(session: ScriptHost, expression: string, contextId?: number): Promise<T> {
  if ('runScript' in session) return (await session.runScript(expression)) as T;
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
    expression,
    ...(contextId === undefined ? {} : { contextId }),
    awaitPromise: true,
    returnByValue: true,
    userGesture: false,
  });
  if (exceptionDetails !== undefined) throw new ScriptThrew(describe(exceptionDetails));
  return result.value as T;
}

/**
 * The early error of a script (bad syntax, `return` outside a function), or undefined when it compiles.
 */
export async function compileError(session: ScriptHost, source: string): Promise<string | undefined> {
  if ('runScript' in session) return session.compileError(source);
  const { exceptionDetails } = await session.send('Runtime.compileScript', {
    expression: source,
    sourceURL: '',
    persistScript: false,
  });
  return exceptionDetails === undefined ? undefined : describe(exceptionDetails);
}

/** The first line of the error: `ReferenceError: x is not defined`. */
function describe({ text, exception }: ExceptionDetails): string {
  const thrown =
    exception?.description ?? (exception?.value === undefined ? text : JSON.stringify(exception.value));
  return thrown.split('\n')[0]!.slice(0, 500);
}
