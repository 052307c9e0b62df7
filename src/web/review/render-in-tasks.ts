import { options } from 'preact';

/**
 * Lets Preact render in tasks, as React does, instead of in microtasks.
 *
 * A page whose code is loading suspends on a promise of the router. For a moment that promise may have resolved while the page
 * still reads its old state, which a passive effect will renew. In microtasks the page would then suspend and resume
 * again and again, and the effect, a task, would never run.
 */
export function renderInTasks(): void {
  const { port1, port2 } = new MessageChannel();
  let waiting: (() => void)[] = [];
  port1.onmessage = () => {
    const due = waiting;
    waiting = [];
    for (const flush of due) flush();
  };
  options.debounceRendering = (flush) => {
    if (waiting.push(flush) === 1) port2.postMessage(null);
  };
}
