import type { ResolvedCaptureConfig } from '../../domain/capture/capture-config.ts';
import type { CaptureLog } from './capture-log.ts';
import type { ScriptHost } from './evaluate.ts';
import { changesPage, runInjections, runWaits } from './injections.ts';
import type { FrameCalls } from './page-frames.ts';
import type { PageQuiet } from './page-quiet.ts';
import type { Preparation } from './preparation.ts';

interface PageChangesOptions {
  page: ScriptHost;
  frames: FrameCalls;
  config: ResolvedCaptureConfig;
  log: CaptureLog;
  quiet: PageQuiet;
  preparation: Preparation;
  onStage: (stage: string) => void;
}

/** What the config waits for and changes before a screenshot, in any browser; after each, the page is quiet again. */
export class PageChanges {
  readonly #options: PageChangesOptions;
  #scriptsRan = false;
  /** The document that the config's styles were added to. */
  #changedId = '';

  constructor(options: PageChangesOptions) {
    this.#options = options;
  }

  /** A document that follows is another page, in which the config's script runs again. */
  expectAnotherPage(): void {
    this.#scriptsRan = false;
  }

  async wait(): Promise<void> {
    const { page, frames, config, log, quiet } = this.#options;
    const waits = (): Promise<void> => runWaits(page, frames, config, log);
    if (config.waitForSelector === undefined && config.waitForFunction === undefined) return waits();
    await quiet.released(waits);
    await quiet.settle();
  }

  /** Hides, removes and injects what the config says, once per document. */
  async change(documentId: string): Promise<void> {
    const { page, config, log, quiet, preparation, onStage } = this.#options;
    if (!changesPage(config) || this.#changedId === documentId) return;
    onStage('injecting');
    const injecting = runInjections(page, config, log, {
      scripts: !this.#scriptsRan,
      hideAndRemove: () => preparation.hideAndRemove(),
    });
    await quiet.throughScript(injecting);
    this.#scriptsRan = true;
    this.#changedId = documentId;
    await quiet.settle();
  }

  async delay(): Promise<void> {
    const { config, quiet, onStage } = this.#options;
    const { delayMs = 0 } = config;
    if (delayMs === 0) return;
    onStage('delaying');
    await quiet.released(() => new Promise((resolve) => setTimeout(resolve, delayMs)));
    await quiet.settle();
  }
}
