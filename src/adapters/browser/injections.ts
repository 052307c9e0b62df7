import type { ResolvedCaptureConfig } from '../../domain/capture/capture-config.ts';
import { formatBytes, formatDuration, type CaptureLog } from './capture-log.ts';
import { compileError, evaluate, ScriptThrew, type ScriptHost } from './evaluate.ts';
import { CaptureFailed } from './failures.ts';
import type { FrameCalls } from './page-frames.ts';
import { findElement, stepsOf, type FoundElement, type NoElement } from './selectors.ts';

const pollMs = 50;

/**
 * `waitForSelector` and `waitForFunction`: each at most `resourceTimeoutMs`.
 *
 * Checks every selector of the config first.
 *
 * @throws CaptureFailed `selector_missing`, `capture_timeout` or `script_error`
 */
export async function runWaits(
  session: ScriptHost,
  frames: FrameCalls,
  config: ResolvedCaptureConfig,
  log: CaptureLog,
): Promise<void> {
  const { waitForSelector, waitForFunction, resourceTimeoutMs } = config;
  await checkSelectors(session, config);
  if (waitForSelector !== undefined) {
    let last: NoElement | FoundElement = { matched: 0, problem: null };
    const found = await poll(resourceTimeoutMs, async () => {
      last = await findElement(frames, waitForSelector, { scroll: false });
      return 'box' in last;
    });
    if (!found) throw unmatched(waitForSelector, last, resourceTimeoutMs);
    const { matched } = last;
    const count = matched === 1 ? '' : `; ${matched} elements do`;
    log.add('note', `waitForSelector "${waitForSelector}" matches${count}`);
  }
  if (waitForFunction !== undefined) await waitForTruth(session, waitForFunction, resourceTimeoutMs, log);
}

function unmatched(selector: string, { matched }: NoElement, limitMs: number): CaptureFailed {
  const limit = formatDuration(limitMs);
  const what =
    matched === 0
      ? `nothing matched "${selector}" within ${limit}`
      : `"${selector}" matched ${matched === 1 ? 'an element' : `${matched} elements`}, but none could be seen within ${limit}`;
  return new CaptureFailed('selector_missing', `waitForSelector: ${what}.`);
}

async function waitForTruth(
  session: ScriptHost,
  source: string,
  timeoutMs: number,
  log: CaptureLog,
): Promise<void> {
  const expression = `(${source}\n)`;
  const syntax = await compileError(session, expression);
  if (syntax !== undefined)
    throw new CaptureFailed('script_error', `waitForFunction is not an expression: ${syntax}.`);
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

/** Whether the config injects anything into the page. */
export function changesPage(config: ResolvedCaptureConfig): boolean {
  const { injectCss, injectJs, hideSelectors = [], removeSelectors = [] } = config;
  return (
    injectCss !== undefined ||
    injectJs !== undefined ||
    hideSelectors.length > 0 ||
    removeSelectors.length > 0
  );
}

/**
 * Injects the config's styles and script into the page.
 *
 * @param run `scripts: false` leaves `injectJs` out, for a document that follows the one it ran in
 * @throws CaptureFailed `script_error`
 */
export async function runInjections(
  session: ScriptHost,
  config: ResolvedCaptureConfig,
  log: CaptureLog,
  run: { scripts: boolean; hideAndRemove: () => Promise<void> },
): Promise<void> {
  const { injectCss, injectJs, hideSelectors = [], removeSelectors = [] } = config;
  if (injectCss !== undefined) {
    await evaluate(session, `__dpxdt.injectCss(${JSON.stringify(injectCss)})`);
    log.add('inject', `injectCss ${formatBytes(Buffer.byteLength(injectCss))}`);
  }
  if (hideSelectors.length > 0 || removeSelectors.length > 0) {
    await run.hideAndRemove();
    for (const selector of hideSelectors) log.add('inject', `hide ${selector}`);
    for (const selector of removeSelectors) log.add('inject', `remove ${selector}`);
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

/** A script as is; if it has `return` or `await` at its top level, as the body of an async function. */
async function asExpression(session: ScriptHost, source: string): Promise<string> {
  const problem = await compileError(session, source);
  if (problem === undefined) return source;
  const wrapped = `(async () => {${source}\n})()`;
  if ((await compileError(session, wrapped)) === undefined) return wrapped;
  throw new CaptureFailed('script_error', `injectJs has a syntax error: ${problem}.`);
}

async function checkSelectors(session: ScriptHost, config: ResolvedCaptureConfig): Promise<void> {
  const { selector, waitForSelector, hideSelectors = [], removeSelectors = [], mask = [] } = config;
  const used: [key: string, selector: string][] = [
    ...(selector === undefined ? [] : [['selector', selector] as [string, string]]),
    ...(waitForSelector === undefined ? [] : [['waitForSelector', waitForSelector] as [string, string]]),
    ...hideSelectors.map((one): [string, string] => ['hideSelectors', one]),
    ...removeSelectors.map((one): [string, string] => ['removeSelectors', one]),
    ...mask.map((one): [string, string] => ['mask', one]),
  ];
  if (used.length === 0) return;
  const bad = await evaluate<number>(
    session,
    `${JSON.stringify(used.map(([, selector]) => stepsOf(selector)))}.findIndex((steps) => steps.some((step) => {
      try { document.createDocumentFragment().querySelector(step); return false; } catch { return true; }
    }))`,
  );
  if (bad === -1) return;
  const [key, text] = used[bad]!;
  throw new CaptureFailed('selector_missing', `${key}: "${text}" is not a valid CSS selector.`);
}

async function poll(timeoutMs: number, check: () => Promise<boolean>): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    if (await check()) return true;
    if (performance.now() >= end) return false;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
