/** Figures of a benchmark as text. */

/** Wall time, and the processor time of this process, which other programs on the machine do not change. */
export function stopwatch(): () => { wall: number; processor: number } {
  const began = performance.now();
  const used = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(used);
    return { wall: performance.now() - began, processor: (user + system) / 1_000 };
  };
}

export function perRun({ wall, processor }: { wall: number; processor: number }, count: number): string {
  return `${(wall / count).toFixed(3)} ms, CPU ${(processor / count).toFixed(3)} ms`;
}

export const ms = (value: number) => `${value < 10 ? value.toFixed(2) : Math.round(value)} ms`;
