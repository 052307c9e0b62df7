import { options } from 'preact';

/** Renders in a row, without a task between them, that no honest page needs. */
const maxInOneTask = 30;

/**
 * Lets tasks run between renders that follow each other without an end. Preact renders in microtasks, before anything else.
 *
 * A page whose code is loading suspends on a promise of the router. For a moment that promise may have resolved while the page
 * still reads its old state, which a passive effect, a task, will renew. In microtasks alone the page would suspend and
 * resume again and again, and the effect would never run.
 */
export function yieldBetweenRenders(): void {
  const { port1, port2 } = new MessageChannel();
  let renders = 0;
  let delayed: (() => void)[] = [];
  port1.onmessage = () => {
    renders = 0;
    const due = delayed;
    delayed = [];
    for (const flush of due) flush();
  };
  options.debounceRendering = (flush) => {
    renders++;
    if (renders === 1) port2.postMessage(null);
    if (renders <= maxInOneTask) queueMicrotask(flush);
    else delayed.push(flush);
  };
}
