import { AppError } from '../base/errors.ts';
import type { ImageSource } from '../ports/comparer.ts';
import type { RunResult } from './task-server.ts';
import type { WorkContext } from './work.ts';

/** The digest of what a run's screenshot shows; without one, the server takes that of the file. */
export async function pixelsOf(
  { parts: { comparer, logger }, task }: WorkContext,
  image: ImageSource,
  maxPixels: number | undefined,
): Promise<Pick<RunResult, 'pixelsSha256'>> {
  try {
    return { pixelsSha256: await comparer.pixelsDigest(image, maxPixels) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    logger.warn('screenshot without a digest of its pixels', { taskId: task.id, problem: error.message });
    return {};
  }
}
