import type { ResolvedCaptureConfig } from '../../domain/capture-config.ts';
import { formatBytes, formatDuration, type CaptureLog } from './capture-log.ts';
import type { CdpSession } from './cdp-connection.ts';
import { compileError, evaluate, ScriptThrew } from './evaluate.ts';
import { CaptureFailed } from './failures.ts';

const pollMs = 50;

/**
 * `waitForSelector` and `waitForFunction`: each at most `resourceTimeoutMs`.
 *
 * @throws CaptureFailed `selector_missing`, `capture_timeout` or `script_error`
 */
export async function runWaits(
  session: CdpSession,
  config: ResolvedCaptureConfig,
  log: CaptureLog,
): Promise<void> {
  const { waitForSelector, waitForFunction, resourceTimeoutMs } = config;
  if (waitForSelector !== undefined) {
    const found = await poll(resourceTimeoutMs, () =>
      evaluate<boolean>(session, `document.querySelector(${JSON.stringify(waitForSelector)}) !== null`).catch(
        (error: unknown) => {
          throw selectorError('waitForSelector', waitForSelector, error);
        },
      ),
    );
    if (!found) {
      throw new CaptureFailed(
        'selector_missing',
        `waitForSelector: nothing matched "${waitForSelector}" within ${formatDuration(resourceTimeoutMs)}.`,
      );
    }
    log.add('note', `waitForSelector "${waitForSelector}" matches`);
  }
  if (waitForFunction !== undefined) await waitForTruth(session, waitForFunction, resourceTimeoutMs, log);
}

async function waitForTruth(
  session: CdpSession,
  source: string,
  timeoutMs: number,
  log: CaptureLog,
): Promise<void> {
  const expression = `(${source}\n)`;
  const syntax = await compileError(session, expression);
  if (syntax !== undefined)
    throw new CaptureFailed('script_error', `waitForFunction is no expression: ${syntax}.`);
  let lastError = '';
  const done = await poll(timeoutMs, async () => {
    try {
      lastError = '';
      return await evaluate<boolean>(
        session,
        `(async (value) => Boolean(await (typeof value === 'function' ? value() : value)))${expression}`,
      );
    } catch (error) {
      if (!(error instanceof ScriptThrew)) throw error;
      lastError = error.message;
      return false;
    }
  });
  if (!done) {
    const why = lastError === '' ? '' : `; it threw: ${lastError}`;
    throw new CaptureFailed(
      'capture_timeout',
      `waitForFunction was not true within ${formatDuration(timeoutMs)}${why}.`,
    );
  }
  log.add('note', 'waitForFunction is true');
}

/**
 * Puts the config's styles and script into the page.
 *
 * @param run `scripts: false` leaves `injectJs` out, for a document that follows the one it ran in
 * @throws CaptureFailed `script_error`, `selector_missing`
 */
export async function runInjections(
  session: CdpSession,
  config: ResolvedCaptureConfig,
  log: CaptureLog,
  run: { scripts: boolean },
): Promise<void> {
  const { injectCss, injectJs, hideSelectors = [], removeSelectors = [] } = config;
  await checkSelectors(session, { hideSelectors, removeSelectors, mask: config.mask ?? [] });
  if (injectCss !== undefined || hideSelectors.length > 0 || removeSelectors.length > 0) {
    const options = { injectCss: injectCss ?? null, hideSelectors, removeSelectors };
    const unmatched = await evaluate<string[]>(session, `__dpxdt.addStyles(${JSON.stringify(options)})`);
    if (injectCss !== undefined) log.add('inject', `injectCss ${formatBytes(Buffer.byteLength(injectCss))}`);
    for (const selector of hideSelectors) log.add('inject', `hide ${selector}`);
    for (const selector of removeSelectors) log.add('inject', `remove ${selector}`);
    for (const selector of unmatched) log.add('note', `nothing matches "${selector}" so far`);
  }
  if (injectJs === undefined || !run.scripts) return;
  log.add('inject', `injectJs ${formatBytes(Buffer.byteLength(injectJs))}`);
  try {
    await evaluate(session, await asExpression(session, injectJs));
  } catch (error) {
    if (!(error instanceof ScriptThrew)) throw error;
    throw new CaptureFailed('script_error', `injectJs threw: ${error.message}.`);
  }
}

/** A script as it is; one with `return` or `await` at its top level as the body of an async function. */
async function asExpression(session: CdpSession, source: string): Promise<string> {
  const problem = await compileError(session, source);
  if (problem === undefined) return source;
  const wrapped = `(async () => {${source}\n})()`;
  if ((await compileError(session, wrapped)) === undefined) return wrapped;
  throw new CaptureFailed('script_error', `injectJs has a syntax error: ${problem}.`);
}

async function checkSelectors(session: CdpSession, keys: Record<string, string[]>): Promise<void> {
  for (const [key, selectors] of Object.entries(keys)) {
    for (const selector of selectors) {
      await evaluate(session, `void document.querySelector(${JSON.stringify(selector)})`).catch(
        (error: unknown) => {
          throw selectorError(key, selector, error);
        },
      );
    }
  }
}

export function selectorError(key: string, selector: string, error: unknown): unknown {
  return error instanceof ScriptThrew
    ? new CaptureFailed('selector_missing', `${key}: "${selector}" is not a valid CSS selector.`)
    : error;
}

async function poll(timeoutMs: number, check: () => Promise<boolean>): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    if (await check()) return true;
    if (performance.now() >= end) return false;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
