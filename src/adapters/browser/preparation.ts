import type { ResolvedCaptureConfig } from '../../domain/capture/capture-config.ts';
import type { ScreenshotGeometry, ScreenshotWanted } from './agent/geometry.ts';
import type { HidingWanted, SelectorReport } from './agent/hiding.ts';
import type { AnimatedDrawings } from './animated-drawings.ts';
import type { CaptureLog } from './capture-log.ts';
import type { PageFrame, FrameCalls } from './page-frames.ts';
import type { RunningAnimations } from './running-animations.ts';
import { documentsOf, findElement, stepsOf } from './selectors.ts';

type ListKey = 'mask' | 'hideSelectors' | 'removeSelectors';

interface Wanted {
  key: ListKey;
  selector: string;
  steps: string[];
  /** Not of the config: what was filled in there is a secret. */
  isSecret?: boolean;
}

interface PreparationOptions {
  frames: FrameCalls;
  animations: Pick<RunningAnimations, 'stop'>;
  drawings: Pick<AnimatedDrawings, 'still'>;
  config: ResolvedCaptureConfig;
  log: CaptureLog;
  /** Calls the page agent of the page itself. */
  call: (call: string) => Promise<unknown>;
}

/** Prepares a page with all its frames for every screenshot, and tells in the end what the config's selectors did. */
export class Preparation {
  readonly #options: PreparationOptions;
  #wanted: readonly Wanted[];
  #isChained: boolean;
  readonly #selector: string[] | null;
  #loggedMatch = false;

  constructor(options: PreparationOptions) {
    this.#options = options;
    const { mask = [], hideSelectors = [], removeSelectors = [], selector } = options.config;
    const wanted = (key: ListKey, selectors: readonly string[]): Wanted[] =>
      [...new Set(selectors)].map((one) => ({ key, selector: one, steps: stepsOf(one) }));
    this.#wanted = [
      ...wanted('mask', mask),
      ...wanted('hideSelectors', hideSelectors),
      ...wanted('removeSelectors', removeSelectors),
    ];
    this.#isChained = this.#wanted.some(({ steps }) => steps.length > 1);
    this.#selector = selector === undefined ? null : stepsOf(selector);
  }

  /** Hides, stops motion and paints masks in every frame; returns what to capture. */
  async prepare(): Promise<ScreenshotGeometry> {
    const { frames, animations, drawings, config } = this.#options;
    const plan = await this.#plan();
    const images = await drawings.still();
    const isInFrame = this.#selector !== null && this.#selector.length > 1;
    const call = (frame: PageFrame): string => {
      const wanted: ScreenshotWanted = {
        ...listsOf(plan.get(frame.frameId) ?? this.#wanted),
        selector: frame === frames.main && !isInFrame ? this.#selector : null,
        images,
      };
      return `prepareScreenshot(${JSON.stringify(wanted)})`;
    };
    const [geometry] = await Promise.all([
      this.#options.call(call(frames.main)) as Promise<ScreenshotGeometry>,
      ...frames.inner.map((frame) => frames.call(frame, call(frame))),
      animations.stop(),
    ]);
    if (isInFrame) {
      const found = await findElement(frames, config.selector!, { scroll: true });
      // Finding it may have scrolled the page.
      const { cssVisualViewport } = await frames.main.session.send('Page.getLayoutMetrics');
      const { pageX: x, pageY: y } = cssVisualViewport;
      geometry.element =
        'box' in found
          ? {
              matched: found.matched,
              problem: null,
              box: { ...found.box, x: found.box.x + x, y: found.box.y + y },
            }
          : { ...found, box: null };
    }
    this.#logMatch(geometry);
    return geometry;
  }

  /** Covers what a selector matches from now on, in every screenshot. */
  coverSecret(selector: string): void {
    if (this.#wanted.some((one) => one.key === 'mask' && one.selector === selector)) return;
    const steps = stepsOf(selector);
    this.#wanted = [...this.#wanted, { key: 'mask', selector, steps, isSecret: true }];
    this.#isChained ||= steps.length > 1;
  }

  /** Hides and removes in every frame, now. */
  async hideAndRemove(): Promise<void> {
    const { frames } = this.#options;
    const plan = await this.#plan();
    const call = (frame: PageFrame): string => {
      const { hide, remove } = listsOf(plan.get(frame.frameId) ?? this.#wanted);
      return `hideAndRemove(${JSON.stringify({ hide, remove } satisfies HidingWanted)})`;
    };
    await Promise.all([
      this.#options.call(call(frames.main)),
      ...frames.inner.map((frame) => frames.call(frame, call(frame))),
    ]);
  }

  /** Warns of selectors that match nothing, and of what still shows. */
  async warn(): Promise<void> {
    const { log } = this.#options;
    if (this.#wanted.length === 0) return;
    const totals = await this.#report();
    for (const { key, selector, isSecret } of this.#wanted) {
      if (isSecret === true) continue;
      const { matched, visible } = totals.get(`${key} ${selector}`)!;
      const shown = selector.slice(0, 200);
      if (matched === 0) {
        log.warn({
          code: 'selector_unmatched',
          selector,
          sentence: `${key}: nothing on the page matches "${shown}".`,
        });
      }
      if (visible > 0) {
        const [what, again] = visible === 1 ? ['an element', 'it'] : [`${visible} elements`, 'them'];
        log.warn({
          code: 'still_visible',
          selector,
          sentence: `${key}: ${what} that "${shown}" matches can still be seen; the page shows ${again} again.`,
        });
      }
    }
  }

  /** Backend ids of the elements that masks cover, in every frame; null when the config has no masks. */
  async maskedNodes(): Promise<Set<number> | null> {
    const { frames } = this.#options;
    if (!this.#wanted.some(({ key }) => key === 'mask')) return null;
    const plan = await this.#plan();
    const nodes = await Promise.all(
      [frames.main, ...frames.inner].map(async (frame) => {
        const { mask } = listsOf(plan.get(frame.frameId) ?? this.#wanted);
        const found = await frames.objects(frame, `findEach(${JSON.stringify(mask)})`);
        return Promise.all(
          found.map(async (objectId) => {
            const { node } = await frame.session.send('DOM.describeNode', { objectId });
            return node.backendNodeId;
          }),
        );
      }),
    );
    return new Set(nodes.flat());
  }

  async #report(): Promise<Map<string, SelectorReport>> {
    const { frames } = this.#options;
    const plan = await this.#plan();
    const totals = new Map(
      this.#wanted.map(({ key, selector }) => [`${key} ${selector}`, { matched: 0, visible: 0 }]),
    );
    await Promise.all(
      [frames.main, ...frames.inner].map(async (frame) => {
        const wanted = plan.get(frame.frameId) ?? this.#wanted;
        const call = `report(${JSON.stringify(listsOf(wanted))})`;
        const reports =
          frame === frames.main
            ? ((await this.#options.call(call)) as SelectorReport[])
            : await frames.call<SelectorReport[]>(frame, call);
        const inOrder = [
          ...of(wanted, 'mask'),
          ...of(wanted, 'hideSelectors'),
          ...of(wanted, 'removeSelectors'),
        ];
        for (const [at, { matched, visible }] of (reports ?? []).entries()) {
          const { key, selector } = inOrder[at]!;
          const total = totals.get(`${key} ${selector}`)!;
          total.matched += matched;
          total.visible += visible;
        }
      }),
    );
    return totals;
  }

  /** What differs from frame to frame: the rests of selectors that enter frames, by the frame they lead to. */
  async #plan(): Promise<Map<string, Wanted[]>> {
    const plan = new Map<string, Wanted[]>();
    if (!this.#isChained) return plan;
    const { frames } = this.#options;
    const all = [frames.main, ...frames.inner];
    await Promise.all(
      this.#wanted
        .filter(({ steps }) => steps.length > 1)
        .flatMap((wanted) =>
          all.map(async (start) => {
            const documents = await documentsOf(frames, start, wanted.steps);
            for (const { frame, steps } of documents.slice(1)) {
              const known = plan.get(frame.frameId) ?? [...this.#wanted];
              plan.set(frame.frameId, [...known, { ...wanted, steps }]);
            }
          }),
        ),
    );
    return plan;
  }

  #logMatch({ element }: ScreenshotGeometry): void {
    if (this.#loggedMatch || element === null || element.box === null) return;
    this.#loggedMatch = true;
    const { selector } = this.#options.config;
    const { matched } = element;
    const which = matched === 1 ? '' : '; the first that can be seen is captured';
    const verb = matched === 1 ? 'element matches' : 'elements match';
    this.#options.log.add('note', `selector: ${matched} ${verb} "${selector}"${which}`);
  }
}

const of = (wanted: readonly Wanted[], key: ListKey): Wanted[] => wanted.filter((one) => one.key === key);

function listsOf(wanted: readonly Wanted[]): Omit<ScreenshotWanted, 'selector' | 'images'> {
  const steps = (key: ListKey): string[][] => of(wanted, key).map((one) => one.steps);
  return { mask: steps('mask'), hide: steps('hideSelectors'), remove: steps('removeSelectors') };
}
