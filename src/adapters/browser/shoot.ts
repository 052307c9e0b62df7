import { captureLimits, type ResolvedCaptureConfig } from '../../domain/capture/capture-config.ts';
import { formatBytes, formatDuration, type CaptureLog } from './capture-log.ts';
import { CaptureFailed } from './failures.ts';
import type { ElementFound, Rect, ScreenshotGeometry } from './agent/geometry.ts';
import { pngSize, type Camera } from './screenshot.ts';

/** Screenshots after which a page counts as one that never settles. */
const maxScreenshots = 8;
/** Delays between unequal screenshots. */
const pauseMs = [30, 60, 120, 200, 300, 400];

export interface Screenshots {
  image: Uint8Array;
  /** What the last one shows, in CSS pixels of the document. */
  area: Rect;
  /** Whether the first one was the expected image. */
  isExpected: boolean;
  /** Whether the document was complete before the last one. */
  isComplete: boolean;
  width: number;
  height: number;
  shots: number;
  settled: boolean;
}

interface ShootOptions {
  camera: Camera;
  config: ResolvedCaptureConfig;
  log: CaptureLog;
  /** If the first screenshot has these bytes, the page is known to be settled. */
  expected?: Uint8Array | undefined;
  /** Prepares the page for a screenshot. */
  prepare: () => Promise<ScreenshotGeometry>;
  /** Shows the page, which has been hidden since its first script. */
  show: () => Promise<unknown>;
  /** Called while the first screenshot is taken. */
  onFirst?: () => void;
  /**
   * Called while the second screenshot is taken, of the same area; most captures end with it.
   *
   * @param hasChanged whether the document may have changed since its nodes were counted
   */
  onSecond?: (first: { area: Rect; width: number; height: number }, hasChanged: boolean) => void;
  /** `performance.now()` at which the capture ends. */
  deadline: number;
}

/**
 * Captures until two screenshots in a row are equal, byte for byte, or the first one equals the expected image.
 *
 * @throws CaptureFailed `page_too_large`, `selector_missing`
 */
export async function captureUntilEqual(options: ShootOptions): Promise<Screenshots> {
  const { camera, config, log, deadline } = options;
  let previous: string | undefined;
  let surface = '';
  for (let count = 1; ; count++) {
    const prepared = await options.prepare();
    const geometry = camera.reachesLeft ? prepared : withoutLeft(prepared);
    const area = areaOf(geometry, config);
    assertSize(area, config);
    const start = performance.now();
    const pageLeft = geometry.page.x;
    const room = { ...area, x: area.x - pageLeft };
    const needed = `${room.x + room.width} ${room.y + room.height}`;
    if (needed !== surface) await camera.makeRoom(room);
    surface = needed;
    // Shown only now: content drawn on a smaller surface would be resampled differently.
    if (count === 1) await options.show();
    const taking = camera.take(area, pageLeft);
    if (count === 1) options.onFirst?.();
    if (count === 2 && previous !== undefined)
      options.onSecond?.({ area, ...sizeOf(previous) }, geometry.hasChanged);
    const screenshot = await taking;
    const took = performance.now() - start;
    const isExpected =
      count === 1 && options.expected !== undefined && sameBytes(screenshot, options.expected);
    const equal = screenshot === previous || isExpected;
    const size = formatBytes(Math.floor(screenshot.length * 0.75));
    const verdict = isExpected
      ? ', equal to the baseline'
      : count === 1
        ? ''
        : equal
          ? ', equal to the one before'
          : ', differs from the one before';
    log.add(
      'screenshot',
      `${count}: ${area.width} × ${area.height}, ${size}, ${formatDuration(took)}${verdict}`,
    );
    if (equal || count === maxScreenshots || deadline - performance.now() < 3 * took + 500) {
      if (!equal)
        log.add('note', `the page never settled: no two of ${count} screenshots in a row were equal`);
      const image = Buffer.from(screenshot, 'base64');
      const { isComplete } = geometry;
      return { image, area, isExpected, isComplete, ...pngSize(image), shots: count, settled: equal };
    }
    previous = screenshot;
    if (count > 1) await new Promise((resolve) => setTimeout(resolve, pauseMs[count - 2] ?? 400));
  }
}

/** @param base64 of a PNG, of which only the start is decoded */
function sizeOf(base64: string): { width: number; height: number } {
  return pngSize(Buffer.from(base64.slice(0, 64), 'base64'));
}

function sameBytes(base64: string, bytes: Uint8Array): boolean {
  return Buffer.byteLength(base64, 'base64') === bytes.length && Buffer.from(base64, 'base64').equals(bytes);
}

/** What to capture, in CSS pixels of the document. */
function areaOf({ page, viewport, element }: ScreenshotGeometry, config: ResolvedCaptureConfig): Rect {
  const { selector, clipRect } = config;
  if (selector !== undefined && element !== null) {
    if (element.box === null) throw unseen(selector, element);
    return inside(outward(element.box), page.x, selector);
  }
  if (clipRect !== undefined) {
    const { left = 0, top = 0, width, height } = clipRect;
    return outward({ x: page.x + left, y: top, width, height });
  }
  if (!config.fullPage) return viewport;
  return { x: page.x, y: 0, width: Math.max(1, page.width), height: Math.max(1, page.height) };
}

function withoutLeft(geometry: ScreenshotGeometry): ScreenshotGeometry {
  const { x, width, height } = geometry.page;
  return { ...geometry, page: { x: 0, width: width + x, height } };
}

/** Nothing is drawn to the left of the page and above it. */
function inside(box: Rect, pageLeft: number, selector: string): Rect {
  const x = Math.max(box.x, pageLeft);
  const y = Math.max(box.y, 0);
  const [width, height] = [box.x + box.width - x, box.y + box.height - y];
  if (width > 0 && height > 0) return { x, y, width, height };
  throw new CaptureFailed(
    'selector_missing',
    `selector: "${selector}" matches an element outside the page, ${width > 0 ? 'above' : 'to the left of'} it.`,
  );
}

function unseen(selector: string, { matched, problem }: ElementFound): CaptureFailed {
  const what =
    matched === 0
      ? `nothing on the page matches "${selector}"`
      : matched > 1
        ? `${matched} elements match "${selector}", but none of them can be seen`
        : `"${selector}" matches an element ${problem === 'hidden' ? 'that is hidden' : 'without a size'}`;
  return new CaptureFailed('selector_missing', `selector: ${what}.`);
}

/** Whole pixels around a rectangle. */
function outward({ x, y, width, height }: Rect): Rect {
  const left = Math.floor(x);
  const top = Math.floor(y);
  return { x: left, y: top, width: Math.ceil(x + width) - left, height: Math.ceil(y + height) - top };
}

function assertSize(area: Rect, config: ResolvedCaptureConfig): void {
  const scale = config.deviceScaleFactor;
  const width = Math.round(area.width * scale);
  const height = Math.round(area.height * scale);
  if (width * height <= config.maxPixels) return;
  const count = (n: number): string => n.toLocaleString('en-US');
  const limit =
    config.maxPixels % 1_000_000 === 0
      ? `${config.maxPixels / 1_000_000} million pixels`
      : `${count(config.maxPixels)} pixels`;
  throw new CaptureFailed(
    'page_too_large',
    `The page is ${count(width)} × ${count(height)} pixels. The limit is ${limit} (maxPixels). ${remedyFor(width * height)}`,
  );
}

/** @param pixels of the page that is too large */
function remedyFor(pixels: number): string {
  const less = 'a smaller viewportSize or deviceScaleFactor, or a part of the page with clipRect or selector';
  if (pixels > captureLimits.maxPixels) return `Capture less of it: ${less}.`;
  return `Raise maxPixels to ${pixels} or more (in the config, or with --max-pixels of the tools), or capture less of it: ${less}.`;
}
