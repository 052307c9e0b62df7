import type { ResolvedCaptureConfig } from '../../domain/capture/capture-config.ts';
import type { ScrollWanted } from './agent/scrolling.ts';
import type { TidyResult } from './agent/scroll-effects.ts';
import type { PageAgent } from './agent/page-agent.ts';
import type { WholeShown } from './agent/whole-page.ts';
import type { CaptureLog } from './capture-log.ts';

const longestScrollMs = 10_000;
/** Layouts in a window as tall as the page, which may be taller then. */
const maxLayouts = 3;
const longestWindow = 16_384;
const namedElements = 5;

export interface PageScrollOptions {
  /** Gives the window another size. */
  resize: (viewport: { width: number; height: number }) => Promise<void>;
  config: ResolvedCaptureConfig;
  log: CaptureLog;
  /** Calls the page agent. */
  call: (call: string) => Promise<unknown>;
  /** Waits until the page is quiet. */
  settle: () => Promise<void>;
  onScroll: () => void;
  /** Whether the browser draws frames of another origin below the window. */
  drawsFramesBelow: boolean;
}

/** Whether all of the page is captured. */
function isWhole({ fullPage, selector, clipRect }: ResolvedCaptureConfig): boolean {
  return fullPage && selector === undefined && clipRect === undefined;
}

/**
 * Makes the page show all of itself: in a window as tall as itself if the config wants that, by scrolling, and without what
 * scrolling brings along.
 *
 * @returns the height of the window now, in CSS pixels
 */
export async function showWholePage(options: PageScrollOptions): Promise<number> {
  const { config, log } = options;
  let { height } = config.viewportSize;
  if (config.window === 'page') height = await growWindow(options);
  const isScrolled = config.scroll === 'auto' ? isWhole(config) : config.scroll;
  const { cut, windows } = await showAndScroll(options, isScrolled);
  for (const { selector, hiddenHeight } of isWhole(config) ? cut : []) {
    log.warn({
      code: 'scroller_cut',
      selector,
      sentence: `The page scrolls inside "${selector}", which hides ${hiddenHeight} pixels of its height; "expandScrollers: true" shows them.`,
    });
  }
  const seeksFrames = isWhole(config) && !options.drawsFramesBelow;
  // Below the first window of a page that is no taller there is nothing.
  let below: readonly string[] = [];
  if (windows > 0) below = await tidy(options);
  else if (seeksFrames && !isScrolled) below = await framesBelow(options);
  return seeksFrames ? drawFramesBelow(options, height, below) : height;
}

async function showAndScroll(
  { config, call, onScroll }: PageScrollOptions,
  isScrolled: boolean,
): Promise<WholeShown> {
  const isWindowOnly = !config.fullPage && config.selector === undefined && config.clipRect === undefined;
  const capMs = Math.min(config.quietTimeoutMs * 2, longestScrollMs);
  const scroll: ScrollWanted | null = isScrolled ? { capMs, backToTop: config.fullPage } : null;
  if (isScrolled) onScroll();
  if (!isWindowOnly) {
    const wanted = JSON.stringify({ expand: config.expandScrollers, scroll });
    return (await call(`showWhole(${wanted})`)) as WholeShown;
  }
  const windows = scroll === null ? 0 : await call(`scrollThrough(${JSON.stringify(scroll)})`);
  return { cut: [], windows: windows as number };
}

/** @returns the frames that are not drawn */
async function tidy(options: PageScrollOptions): Promise<readonly string[]> {
  const { log, call, settle } = options;
  await settle();
  const tidied = (await call('afterScroll()')) as ReturnType<PageAgent['afterScroll']>;
  warnOf(tidied, log);
  if (!tidied.changed) return tidied.framesBelow;
  await settle();
  return framesBelow(options);
}

async function framesBelow({ call }: PageScrollOptions): Promise<readonly string[]> {
  return (await call('framesBelow()')) as string[];
}

/**
 * Chromium draws no frames of another origin below the window. In a window as tall as the page it does; that is kept where
 * nothing else on the page is elsewhere then.
 *
 * @param height of the window, in CSS pixels
 * @param below the frames
 * @returns its height now
 */
async function drawFramesBelow(
  options: PageScrollOptions,
  height: number,
  [first, ...others]: readonly string[],
): Promise<number> {
  const { resize, config, log, call, settle } = options;
  const { width } = config.viewportSize;
  if (first === undefined) return height;
  const before = await call('layoutDigest()');
  const pageHeight = Math.min((await call('pageHeight()')) as number, longestWindow);
  if (pageHeight > height) {
    await resize({ width, height: pageHeight });
    await settle();
    if ((await call('layoutDigest()')) === before) {
      log.add('note', `the window is as tall as the page, so that frames of other origins are drawn`);
      return pageHeight;
    }
    await resize({ width, height });
    await settle();
  }
  const what = others.length === 0 ? `"${first}"` : `${others.length + 1} frames, the first "${first}",`;
  log.warn({
    code: 'frame_not_drawn',
    selector: first,
    sentence: `Chromium does not draw ${what} of another origin below the first window; "window: page" shows it.`,
  });
  return height;
}

function warnOf({ leftOut, leftOutSelector, undone }: TidyResult, log: CaptureLog): void {
  if (leftOut > 0 && leftOutSelector !== null) {
    const what =
      leftOut === 1
        ? `An element ("${leftOutSelector}") that the page appended while it was scrolled is left out`
        : `${leftOut} elements that the page appended while it was scrolled are left out, the first "${leftOutSelector}"`;
    log.warn({
      code: 'growth_left_out',
      selector: leftOutSelector,
      sentence: `${what}; use "injectJs" or a larger "viewportSize" to show more.`,
    });
  }
  for (const selector of undone.slice(0, namedElements)) {
    log.warn({
      code: 'scroll_side_effect',
      selector,
      sentence: `Scrolling changed "${selector}", which lies over the page; that was undone. "scroll: false" does not scroll.`,
    });
  }
}

async function growWindow(options: PageScrollOptions): Promise<number> {
  const { resize, config, log, call, settle } = options;
  const { width, height: first } = config.viewportSize;
  let height = first;
  let grownBy = 0;
  for (let layout = 0; layout < maxLayouts; layout++) {
    const pageHeight = Math.min((await call('pageHeight()')) as number, longestWindow);
    if (pageHeight <= height) break;
    // Each window makes the page higher by as much again, as with parts of 100vh: no window is as tall as the page.
    if (grownBy > 0 && pageHeight - height >= grownBy) {
      await resize({ width, height: first });
      await settle();
      log.warn({
        code: 'window_kept',
        sentence: `The page grows with its window (as parts of 100vh do), so "window: page" finds no window as tall as it; the window is ${width} × ${first}.`,
      });
      return first;
    }
    grownBy = pageHeight - height;
    height = pageHeight;
    await resize({ width, height });
    log.add('note', `the window is as tall as the page: ${width} × ${height}`);
    await settle();
  }
  return height;
}
