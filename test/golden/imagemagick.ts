/** ImageMagick 6's `compare`, the metric that `distortion` must equal. */
import { spawnSync } from 'node:child_process';

/** E.g. `6.9.11-60`; null when ImageMagick 6 is not on this machine (7 counts transparency differently). */
export function imageMagickVersion(): string | null {
  const { stdout } = spawnSync('compare', ['-version'], { encoding: 'utf8' });
  return /ImageMagick (6\.[\d.-]+)/.exec(stdout ?? '')?.[1] ?? null;
}

/**
 * Normalised RMSE of two images of equal size, 0–1.
 *
 * @param withAlpha counts transparency as a fourth channel, which `compare` leaves out unless asked
 */
export function imageMagickDistortion(before: string, after: string, withAlpha: boolean): number {
  const { stderr } = spawnSync(
    'compare',
    [
      '-precision',
      '12',
      ...(withAlpha ? ['-channel', 'RGBA'] : []),
      '-metric',
      'RMSE',
      before,
      after,
      'null:',
    ],
    { encoding: 'utf8' },
  );
  const found = /\(([\d.e+-]+)\)/.exec(stderr);
  if (found === null) throw new Error(`compare answered: ${stderr}`);
  return Number(found[1]);
}
