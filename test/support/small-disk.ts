/** A disk of a few megabytes that a test can fill. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const zeros = Buffer.alloc(1024 * 1024);

export interface SmallDisk {
  folder: string;
  /** Takes up all the free space. */
  fill(): void;
  /** Frees it. */
  free(): void;
  unmount(): void;
}

/** @returns null if this process may not mount one */
export function mountSmallDisk(megabytes: number): SmallDisk | null {
  const parent = mkdtempSync(join(tmpdir(), 'dpxdt-disk-'));
  const folder = join(parent, 'disk');
  mkdirSync(folder);
  const options = ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder];
  if (spawnSync('mount', options).status !== 0) {
    rmSync(parent, { recursive: true });
    return null;
  }
  const filler = join(folder, 'filler');
  return {
    folder,
    fill() {
      for (let bytes = zeros.length; bytes >= 4096;) {
        try {
          writeFileSync(filler, zeros.subarray(0, bytes), { flag: 'a' });
        } catch {
          bytes /= 4;
        }
      }
    },
    free: () => rmSync(filler, { force: true }),
    unmount() {
      spawnSync('umount', [folder]);
      rmSync(parent, { recursive: true, force: true });
    },
  };
}
