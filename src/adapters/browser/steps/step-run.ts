import type { ResolvedCaptureConfig } from '../../../domain/capture/capture-config.ts';
import {
  actionOf,
  describeStep,
  selectorOf,
  stepsToDo,
  type Step,
  type StepAction,
} from '../../../domain/capture/steps.ts';
import { formatDuration, type CaptureLog } from '../capture-log.ts';
import { ProtocolError, type CdpSession } from '../cdp-connection.ts';
import { compileError, evaluate, ScriptThrew } from '../evaluate.ts';
import { CaptureFailed } from '../failures.ts';
import { isNavigationError } from '../document-watch.ts';
import type { PageFrames } from '../page-frames.ts';
import { findElement, stepsOf, type FoundElement } from '../selectors.ts';
import { within } from '../within.ts';
import { pointAt, readyElement, StepStuck, Unmet, untilMet, type Wanted } from './actionable.ts';
import { matchesGlob } from './address-glob.ts';
import { checkedState, focusIt, prepareFill, scrollToIt, selectIt } from './element-functions.ts';
import { callOn } from './call-on.ts';
import { pressKeys, typeText } from './keyboard.ts';
import { clickAt } from './pointer.ts';
import { markSecret, textFor, type FilledText } from './secret-text.ts';

/** The page as steps see it. */
export interface SteppedPage {
  session: CdpSession;
  frames: PageFrames;
  config: ResolvedCaptureConfig;
  log: CaptureLog;
  /** `performance.now()` at which the capture ends. */
  deadline: number;
  /** Waits until the page is quiet, wherever the step led. */
  settle(): Promise<void>;
  goto(address: string): Promise<void>;
  /** The address that is captured. */
  url: string;
  /** Covers what a selector matches in every further screenshot. */
  coverSecret(selector: string): void;
  /** Takes a further screenshot. */
  shoot(name: string): Promise<void>;
}

/** Time that a capture must have left after a step, to show where it failed. */
const reservedMs = 1_500;

/**
 * Does the steps of the config, each once the page is quiet after the one before.
 *
 * @throws CaptureFailed `step_failed`, `selector_missing`, `script_error`, `url_not_allowed`
 */
export async function runSteps(page: SteppedPage, onStep: (subject: string) => void): Promise<void> {
  const steps = stepsToDo(page.config);
  await checkSelectors(page.session, steps);
  for (const [index, step] of steps.entries()) {
    const subject = `Step ${index + 1} (${describeStep(step)})`;
    onStep(subject);
    const start = performance.now();
    const run = new StepRun(page, subject);
    const note = await run.run(actionOf(step));
    page.log.add(
      'step',
      `${index + 1} ${describeStep(step)}${note === '' ? '' : `: ${note}`}, ${formatDuration(performance.now() - start)}`,
    );
    if (!('shot' in step)) await page.settle();
  }
}

/** @throws CaptureFailed `selector_missing`: a selector can match nothing on any page */
async function checkSelectors(session: CdpSession, steps: readonly Step[]): Promise<void> {
  const used = steps.flatMap((step, index) => {
    const selector = selectorOf(step);
    return selector === undefined ? [] : stepsOf(selector).map((part) => ({ step, index, selector, part }));
  });
  if (used.length === 0) return;
  const bad = await evaluate<number>(
    session,
    `${JSON.stringify(used.map(({ part }) => part))}.findIndex((selector) => {
      try { document.createDocumentFragment().querySelector(selector); return false; } catch { return true; }
    })`,
  );
  if (bad === -1) return;
  const { step, index, selector } = used[bad]!;
  throw new CaptureFailed(
    'selector_missing',
    `Step ${index + 1} (${describeStep(step)}): "${selector}" is not a valid CSS selector.`,
  );
}

class StepRun {
  readonly #page: SteppedPage;
  readonly #session: CdpSession;
  readonly #subject: string;
  readonly #start = performance.now();
  readonly #deadline: number;

  constructor(page: SteppedPage, subject: string) {
    this.#page = page;
    this.#session = page.session;
    this.#subject = subject;
    const { stepTimeoutMs } = page.config;
    this.#deadline = Math.min(this.#start + stepTimeoutMs, page.deadline - reservedMs);
  }

  /** @returns a note for the log */
  async run(action: StepAction): Promise<string> {
    try {
      return await this.#do(action);
    } catch (error) {
      if (!(error instanceof StepStuck)) throw error;
      const took = formatDuration(performance.now() - this.#start);
      throw new CaptureFailed('step_failed', `${this.#subject} failed after ${took}: ${error.message}.`);
    }
  }

  async #do(action: StepAction): Promise<string> {
    const { session } = this.#page;
    switch (action.kind) {
      case 'click':
        return this.#click(action.value, 1);
      case 'dblclick':
        return this.#click(action.value, 2);
      case 'hover':
        return this.#hover(action.value);
      case 'focus':
        return this.#focus({ selector: action.value, states: ['visible'] });
      case 'fill':
        return this.#fill(action.value.selector, action.value.value);
      case 'type':
        return this.#type(action.value.selector, action.value.text);
      case 'press': {
        const { selector, key } = typeof action.value === 'string' ? { key: action.value } : action.value;
        const note = selector === undefined ? '' : await this.#focus({ selector, states: ['visible'] });
        await this.#quietly(pressKeys(session, key));
        return note;
      }
      case 'select':
        return this.#select(action.value);
      case 'check':
        return this.#check(action.value, 'checked');
      case 'uncheck':
        return this.#check(action.value, 'unchecked');
      case 'waitFor':
        return this.#waitFor(action.value);
      case 'scrollTo':
        return this.#scrollTo(action.value);
      case 'goto':
        await this.#page.goto(action.value);
        return '';
      case 'evaluate':
        await this.#evaluate(action.value);
        return '';
      case 'shot':
        await this.#page.shoot(action.value);
        return '';
    }
  }

  async #click(selector: string, times: 1 | 2): Promise<string> {
    const { point, matched: count } = await untilMet(this.#deadline, (attempt) =>
      pointAt(this.#page.frames, { selector, states: ['visible', 'enabled', 'stable'] }, attempt),
    );
    await this.#quietly(clickAt(this.#session, point, times));
    return matched(count);
  }

  async #hover(selector: string): Promise<string> {
    const { matched: count } = await untilMet(this.#deadline, (attempt) =>
      pointAt(this.#page.frames, { selector, states: ['visible', 'stable'] }, attempt),
    );
    return matched(count);
  }

  #focus(wanted: Wanted): Promise<string> {
    return this.#withElement(wanted, async ({ frame, objectId, matched: count }) => {
      await giveFocus(frame.session, objectId);
      return matched(count);
    });
  }

  async #type(selector: string, text: string): Promise<string> {
    const typed = await this.#withElement({ selector, states: ['visible', 'enabled'] }, async (found) => {
      const filled = await this.#textFor(text, found, selector);
      await giveFocus(found.frame.session, found.objectId);
      return { text: filled.text, note: matched(found.matched) };
    });
    await this.#quietly(typeText(this.#session, typed.text));
    return typed.note;
  }

  /** The text with its secrets; the field that gets one is covered from then on. */
  async #textFor(text: string, found: FoundElement, selector: string): Promise<FilledText> {
    const filled = await textFor(text, found.frame, this.#page);
    if (!filled.isSecret) return filled;
    this.#page.coverSecret(selector);
    await markSecret(found.frame.session, found.objectId);
    return filled;
  }

  async #fill(selector: string, value: string): Promise<string> {
    return this.#withElement({ selector, states: ['visible', 'enabled', 'editable'] }, async (found) => {
      const { text, isSecret } = await this.#textFor(value, found, selector);
      const result = await callOn<string>(found.frame.session, found.objectId, prepareFill, [text, isSecret]);
      if (result !== 'done' && result !== 'typing') throw new StepStuck(result);
      if (result === 'typing') {
        if (text === '') await pressKeys(this.#session, 'Delete');
        else await this.#session.send('Input.insertText', { text });
      }
      return matched(found.matched);
    });
  }

  #select({ selector, value, label }: { selector: string; value?: string; label?: string }): Promise<string> {
    return this.#withElement({ selector, states: ['visible', 'enabled'] }, async (found) => {
      const wanted = value === undefined ? { label } : { value };
      const result = await callOn<string>(found.frame.session, found.objectId, selectIt, [wanted]);
      if (result === 'missing')
        return new Unmet(
          value === undefined ? `no option has the label "${label}"` : `no option has the value "${value}"`,
        );
      if (result === 'disabled') return new Unmet('the option is not enabled');
      if (result !== 'done') throw new StepStuck(result);
      return matched(found.matched);
    });
  }

  async #check(selector: string, wanted: 'checked' | 'unchecked'): Promise<string> {
    const states = ['visible', 'enabled', 'stable'] as const;
    const state = ({ frame, objectId }: FoundElement) =>
      callOn<string>(frame.session, objectId, checkedState, []);
    const before = await untilMet(this.#deadline, async (attempt) => {
      const found = await pointAt(this.#page.frames, { selector, states }, attempt);
      return found instanceof Unmet ? found : { ...found, now: await state(found) };
    });
    if (before.now === '') throw new StepStuck('the element is neither a checkbox nor a radio button');
    if (before.now === wanted)
      return `${matched(before.matched)}${before.matched > 1 ? ', ' : ''}it was ${wanted}`;
    await this.#quietly(clickAt(this.#session, before.point, 1));
    return this.#withElement({ selector, states: [] }, async (found) =>
      (await state(found)) === wanted
        ? matched(before.matched)
        : new Unmet(`clicking it left it ${before.now}`),
    );
  }

  async #waitFor(wanted: (StepAction & { kind: 'waitFor' })['value']): Promise<string> {
    if (typeof wanted === 'number') {
      await new Promise((resolve) => setTimeout(resolve, wanted));
      return '';
    }
    if (typeof wanted === 'string')
      return this.#withElement({ selector: wanted, states: ['visible'] }, async ({ matched: count }) =>
        matched(count),
      );
    if ('hidden' in wanted) {
      return untilMet(this.#deadline, async () => {
        const found = await findElement(this.#page.frames, wanted.hidden, { scroll: false });
        return 'box' in found ? new Unmet('the element still shows') : '';
      });
    }
    return untilMet(this.#deadline, async () => {
      const address = await evaluate<string>(this.#session, 'location.href');
      return matchesGlob(wanted.url, address) ? '' : new Unmet(`the address is ${address}`);
    });
  }

  async #scrollTo(place: string): Promise<string> {
    if (place === 'top' || place === 'bottom') {
      const top =
        place === 'top' ? '0' : '(document.scrollingElement ?? document.documentElement).scrollHeight';
      await evaluate(this.#session, `scrollTo({ left: 0, top: ${top}, behavior: 'instant' })`);
      return '';
    }
    return this.#withElement(
      { selector: place, states: ['visible'] },
      async ({ frame, objectId, matched: count }) => {
        await callOn(frame.session, objectId, scrollToIt, []);
        return matched(count);
      },
    );
  }

  async #evaluate(source: string): Promise<void> {
    const limit = this.#deadline - performance.now();
    try {
      const expression = await this.#expressionOf(source);
      const late = () => new StepStuck('the script has not ended');
      await within(Math.max(0, limit), evaluate(this.#session, expression), late);
    } catch (error) {
      if (isNavigationError(error)) return;
      if (!(error instanceof ScriptThrew)) throw error;
      throw new CaptureFailed('script_error', `${this.#subject} threw: ${error.message}.`);
    }
  }

  /** An expression or function, whose promise is awaited, or the body of an async function. */
  async #expressionOf(source: string): Promise<string> {
    const expression = source.replace(/[;\s]+$/, '');
    const value = `(async () => { const value = await (${expression}\n); if (typeof value === 'function') await value(); })()`;
    if ((await compileError(this.#session, value)) === undefined) return value;
    const body = `(async () => {${source}\n})().then(() => undefined)`;
    const problem = await compileError(this.#session, body);
    if (problem === undefined) return body;
    throw new CaptureFailed('script_error', `${this.#subject} has a syntax error: ${problem}.`);
  }

  /** Waits for the element of a selector, then does something to it; again, where that is still not possible. */
  #withElement<T>(wanted: Wanted, act: (found: FoundElement) => Promise<T | Unmet>): Promise<T> {
    return untilMet(this.#deadline, async () => {
      const found = await readyElement(this.#page.frames, wanted);
      return found instanceof Unmet ? found : act(found);
    });
  }

  /** Input that leads to another page may be cut off by it. */
  async #quietly(input: Promise<void>): Promise<void> {
    const limit = Math.max(0, this.#page.deadline - reservedMs - performance.now());
    try {
      await within(limit, input, () => new StepStuck('the page does not answer'));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }
}

async function giveFocus(session: CdpSession, objectId: string): Promise<void> {
  await session.send('DOM.focus', { objectId }).catch(async (error: unknown) => {
    // Chromium refuses what is not focusable by itself.
    if (!(error instanceof ProtocolError)) throw error;
    await callOn(session, objectId, focusIt, []);
  });
}

function matched(count: number): string {
  return count > 1 ? `${count} elements match, the first visible one is meant` : '';
}
