import type { Browser, Page } from 'playwright-core';

interface TraceEvent {
  name: string;
  /** `X`: one with a duration; `M`: says what a thread is called. */
  ph: string;
  pid: number;
  tid: number;
  /** Processor time, in microseconds. */
  tdur?: number;
  args?: { name?: string };
}

/**
 * Does something in a page and counts the processor time of each task of its main thread. Unlike the time on the
 * clock, it hardly depends on what else the machine does.
 *
 * @returns what `act` returned, and the milliseconds of each task
 */
export async function onMainThread<T>(
  browser: Browser,
  page: Page,
  act: () => Promise<T>,
): Promise<{ result: T; taskMs: number[] }> {
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  const result = await act();
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  return { result, taskMs: tasksOf(trace.traceEvents) };
}

/** Tasks of the busiest renderer: a browser keeps others in reserve. */
function tasksOf(events: readonly TraceEvent[]): number[] {
  const isMain = new Set<string>();
  for (const { ph, name, pid, tid, args } of events)
    if (ph === 'M' && name === 'thread_name' && args?.name === 'CrRendererMain') isMain.add(`${pid}/${tid}`);
  const tasks = new Map<number, number[]>();
  for (const { ph, name, pid, tid, tdur = 0 } of events) {
    if (ph !== 'X' || !name.endsWith('RunTask') || !isMain.has(`${pid}/${tid}`)) continue;
    const known = tasks.get(pid);
    if (known === undefined) tasks.set(pid, [tdur / 1_000]);
    else known.push(tdur / 1_000);
  }
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return [...tasks.values()].sort((a, b) => sum(b) - sum(a))[0] ?? [];
}
