import { createImageCheck } from '../../src/adapters/pixels/image-check.ts';
import type { ImageCheck } from '../../src/ports/image-check.ts';

let shared: ImageCheck | undefined;

/**
 * The check of every server core (`openWorld`) in this test process: each of its own would start a thread and load the image engine in it. Never
 * closed; an idle thread does not keep the process alive.
 */
export function sharedImageCheck(): ImageCheck {
  return (shared ??= createImageCheck());
}
