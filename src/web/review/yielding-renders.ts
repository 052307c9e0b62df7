import { options } from 'preact';

/** Number of consecutive renders without a task in between that indicates a loop. */
const maxInOneTask = 30;

/**
 * Lets tasks run between endless successive renders. Preact renders in microtasks, which take precedence over tasks.
 *
 * A page whose code is loading suspends on a promise of the router. That promise may already have resolved while the page
 * still reads its old state, which a passive effect (a task) will update. In microtasks alone, the page would suspend and
 * resume endlessly, and the effect would never run.
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
