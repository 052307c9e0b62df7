/** The progress of a copy: a live line on a terminal, otherwise a line now and then. */

import type { MoveSettings } from '../../compose/move.ts';
import { formatCount } from '../../domain/comparison/comparison.ts';
import { formatDuration } from '../../tools/time-left.ts';
import type { Terminal } from './terminal.ts';

type CopyProgress = Parameters<MoveSettings['onProgress']>[0];

const steps: Record<CopyProgress['step'], string> = {
  copy_rows: 'Rows copied',
  verify_rows: 'Rows verified',
  copy_files: 'Files copied',
  check_files: 'Files checked',
};

const redrawGapMs = 100;
const lineGapMs = 10_000;

export function createCopyPrinter(terminal: Terminal): (progress: CopyProgress) => void {
  let step = '';
  let startedAt = 0;
  let shownAt = 0;
  return (progress) => {
    const now = performance.now();
    if (progress.step !== step) [step, startedAt, shownAt] = [progress.step, now, terminal.isLive ? 0 : now];
    const isDone = progress.done >= progress.of;
    if (isDone) return terminal.footer(null);
    if (now - shownAt < (terminal.isLive ? redrawGapMs : lineGapMs)) return;
    shownAt = now;
    const line = describe(progress, now - startedAt);
    if (terminal.isLive) terminal.footer(line);
    else terminal.say(line);
  };
}

function describe({ step, done, of, bytes }: CopyProgress, tookMs: number): string {
  const share = bytes !== undefined && bytes.of > 0 ? bytes.done / bytes.of : done / of;
  const size = bytes === undefined ? '' : `, ${formatBytes(bytes.done)} of ${formatBytes(bytes.of)}`;
  const leftMs = share > 0 ? (tookMs * (1 - share)) / share : 0;
  const left = tookMs > 2_000 && share > 0 ? `, about ${formatDuration(leftMs)} left` : '';
  return `${steps[step]}: ${formatCount(done)} of ${formatCount(of)}${size} (${Math.floor(share * 100)} %)${left}`;
}

/** `1.5 GB`. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]!}`;
}
