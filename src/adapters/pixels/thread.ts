/** Entry of a comparison thread. Loads nothing but the image engine, so that garbage collection is cheap. */
import { availableParallelism } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { AppError } from '../../base/errors.ts';
import { compareImages } from '../../image/compare.ts';
import { Kernel } from '../../image/kernel/kernel.ts';
import { pixelsDigest } from '../../image/pixels-digest.ts';
import { composeOverlay } from '../../image/overlay.ts';
import { ImageReader } from './image-file.ts';
import { startSecondThread } from './start-second-thread.ts';
import type { CompareJob, Job, JobResults, OverlayJob, ThreadAnswer, ThreadData } from './thread-messages.ts';

const { kernel: module, maxFileBytes } = workerData as ThreadData;
const kernel = new Kernel(module, availableParallelism() > 1 ? startSecondThread : undefined);
const images = new ImageReader();
const port = parentPort!;

port.on('message', (job: Job) => void answer(job));

async function answer(job: Job): Promise<void> {
  let reply: ThreadAnswer;
  const transfer: ArrayBuffer[] = [];
  try {
    const result = await resultOf(job, transfer);
    reply = { ok: true, result, memoryBytes: kernel.memoryBytes };
  } catch (error) {
    reply = { ok: false, error: describe(error), memoryBytes: kernel.memoryBytes };
  }
  port.postMessage(reply, transfer);
}

async function resultOf(job: Job, transfer: ArrayBuffer[]): Promise<JobResults[Job['kind']]> {
  switch (job.kind) {
    case 'compare':
      return compare(job, transfer);
    case 'overlay':
      return overlay(job, transfer);
    case 'pixels':
      return pixelsDigest(kernel, images.read(job.image, 'new', maxFileBytes), job.maxPixels);
  }
}

async function compare(job: CompareJob, transfer: ArrayBuffer[]): Promise<JobResults['compare']> {
  const start = performance.now();
  const before = images.read(job.before, 'before', maxFileBytes);
  const after = images.read(job.after, 'after', maxFileBytes);
  const difference = await compareImages(kernel, before, after, {
    settings: job.settings,
    withMask: job.withMask,
    maxPixels: job.maxPixels,
  });
  for (const mask of ['mask', 'forgivenMask', 'alignedMask'] as const) {
    const bytes = difference[mask];
    if (bytes !== null) difference[mask] = ownBytes(bytes, transfer);
  }
  return { difference, durationMs: performance.now() - start };
}

async function overlay(job: OverlayJob, transfer: ArrayBuffer[]): Promise<JobResults['overlay']> {
  const after = images.read(job.after, 'after', maxFileBytes);
  return ownBytes(await composeOverlay(after, job, job.maxPixels), transfer);
}

/** A copy in a separate buffer, which can be transferred: small Buffers share theirs with others. */
function ownBytes(bytes: Uint8Array, transfer: ArrayBuffer[]): Uint8Array<ArrayBuffer> {
  const own = new Uint8Array(bytes);
  transfer.push(own.buffer);
  return own;
}

function describe(error: unknown): {
  code: AppError['code'];
  message: string;
  details: Record<string, unknown>;
} {
  if (error instanceof AppError) return { code: error.code, message: error.message, details: error.details };
  const reason = error instanceof Error ? error.message : String(error);
  return {
    code: 'internal',
    message: `The images could not be compared: ${reason.replace(/\.$/, '')}.`,
    details: {},
  };
}
