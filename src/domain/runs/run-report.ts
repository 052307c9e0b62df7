/** The effect of a report on a run. Pure: reports may arrive in any order, repeat, and come from several workers. */

import { AppError } from '../../base/errors.ts';
import { emptyDiffSlot, isDiffFilled } from './run-status.ts';
import type { CaptureDetails } from '../capture/capture-details.ts';
import type { CaptureSlot, DiffSlot, Run, RunFailure, SlotName } from './run.ts';
import type { ComparisonDetails } from '../comparison/comparison-details.ts';

/** Only the fields present are set. Names on the wire: `url`, `image` … `ref_url` … `diff_image` … */
export interface RunReport {
  url?: string | undefined;
  image?: string | undefined;
  log?: string | undefined;
  config?: string | undefined;
  runFailed?: boolean | undefined;
  refUrl?: string | undefined;
  refImage?: string | undefined;
  refLog?: string | undefined;
  refConfig?: string | undefined;
  diffImage?: string | undefined;
  forgivenMask?: string | undefined;
  alignedMask?: string | undefined;
  diffLog?: string | undefined;
  diffFailed?: boolean | undefined;
  /** 0 to 1. */
  distortion?: number | undefined;
  /** Why it failed, if the worker reports it. */
  failure?: RunFailure | undefined;
  /** Measurements of the comparison, if the worker reports them. */
  comparison?: ComparisonDetails | undefined;
  /** Whether forgiven pixels count as a difference. */
  failOnForgiven?: boolean | undefined;
  /** How the reported image was captured, if the worker reports it. */
  capture?: CaptureDetails | undefined;
}

interface CapturePart {
  url?: string | undefined;
  image?: string | undefined;
  log?: string | undefined;
  config?: string | undefined;
  failed: boolean;
  details: CaptureDetails | undefined;
}

export interface ReportOutcome {
  run: Run;
  changed: boolean;
  /** A late failure, ignored because the slot already has its result. */
  ignored: boolean;
}

type Draft<T> = { slot: T; ignored: boolean };

/**
 * @param live slots whose task is live: a failure then ends only that attempt and the run keeps waiting
 * @param leasedSlot the slot of the reporter's leased task, if given
 * @throws AppError `run_already_reported` when a filled slot would get different content
 */
export function applyReport(
  run: Run,
  report: RunReport,
  live: ReadonlySet<SlotName>,
  leasedSlot: SlotName | null,
): ReportOutcome {
  const failedSide = report.runFailed === true ? sideOfFailure(report, leasedSlot) : null;
  const current = applyCapture(run, 'current', live, report.failure, {
    url: report.url,
    image: report.image,
    log: report.log,
    config: report.config,
    failed: failedSide === 'current',
    details: report.image === undefined ? undefined : report.capture,
  });
  const ref = applyCapture(run, 'ref', live, report.failure, {
    url: report.refUrl,
    image: report.refImage,
    log: report.refLog,
    config: report.refConfig,
    failed: failedSide === 'ref',
    details: report.image === undefined ? report.capture : undefined,
  });
  const diff = applyDiff(run, live.has('diff'), report);
  const changed = !sameSlots([run.current, run.ref, run.diff], [current.slot, ref.slot, diff.slot]);
  return {
    run: changed ? { ...run, current: current.slot, ref: ref.slot, diff: diff.slot } : run,
    changed,
    ignored: current.ignored || ref.ignored || diff.ignored,
  };
}

/** `run_failed` covers both captures: the lease identifies which, or else the accompanying fields. */
function sideOfFailure(report: RunReport, leasedSlot: SlotName | null): 'current' | 'ref' {
  if (leasedSlot === 'current' || leasedSlot === 'ref') return leasedSlot;
  const about = (fields: (string | undefined)[]) => fields.some((field) => field !== undefined);
  const aboutRef = about([report.refUrl, report.refImage, report.refLog, report.refConfig]);
  const aboutCurrent = about([report.url, report.image, report.log, report.config]);
  return aboutRef && !aboutCurrent ? 'ref' : 'current';
}

const fields = ['url', 'log', 'config'] as const;

function applyCapture(
  run: Run,
  name: 'current' | 'ref',
  live: ReadonlySet<SlotName>,
  failure: RunFailure | undefined,
  part: CapturePart,
): Draft<CaptureSlot> {
  const before = run[name];
  if (before.image !== null) {
    const refill = before.state === 'failed' && !part.failed && differs(before.image, part.image);
    if (!refill) return addToFilled(run, name, part);
  }
  const slot: CaptureSlot = { ...before };
  for (const field of fields) if (part[field] !== undefined) slot[field] = part[field];
  const reason = failure ?? reportedFailure(name === 'ref' ? 'The baseline capture' : 'The capture');
  if (part.image !== undefined) {
    slot.image = part.image;
    slot.details = part.details ?? null;
    slot.state = part.failed ? 'failed' : 'done';
    slot.failure = part.failed ? reason : null;
  } else if (part.failed) {
    slot.failure = reason;
    slot.state = live.has(name) ? 'requested' : 'failed';
  }
  return { slot, ignored: false };
}

/** A filled slot accepts only missing fields. */
function addToFilled(run: Run, name: 'current' | 'ref', part: CapturePart): Draft<CaptureSlot> {
  const before = run[name];
  if (part.failed && part.image === undefined) {
    return { slot: before, ignored: before.state !== 'failed' };
  }
  const slot: CaptureSlot = { ...before };
  if (differs(slot.image, part.image)) throw alreadyReported(run, wireName(name, 'image'));
  for (const field of fields) {
    if (slot[field] !== null && differs(slot[field], part[field])) {
      throw alreadyReported(run, wireName(name, field));
    }
    if (part[field] !== undefined) slot[field] = part[field];
  }
  slot.details ??= part.details ?? null;
  return { slot, ignored: false };
}

function applyDiff(run: Run, live: boolean, report: RunReport): Draft<DiffSlot> {
  const before = run.diff;
  const { diffImage: image, forgivenMask, alignedMask, diffLog: log, distortion } = report;
  const failed = report.diffFailed === true;
  const filled = !before.failed && isDiffFilled(before);
  if (failed && image === undefined) {
    if (filled) return { slot: before, ignored: true };
    const failure = report.failure ?? reportedFailure('The comparison');
    if (live) {
      return {
        slot: { ...before, failure: log === undefined ? failure : { ...failure, log } },
        ignored: false,
      };
    }
    return {
      slot: { ...before, failed: true, log: log ?? before.log, distortion: distortion ?? null, failure },
      ignored: false,
    };
  }
  const told = [image, log, distortion, forgivenMask, alignedMask];
  if (told.every((value) => value === undefined)) return { slot: before, ignored: false };
  const slot: DiffSlot =
    filled || failed || isRepeat(before, report)
      ? { ...before }
      : { ...emptyDiffSlot(before.requests), ...(before.failed ? {} : masksOf(before)) };
  for (const [field, parameter, value] of [
    ['image', 'diff_image', image],
    ['forgivenMask', 'forgiven_mask', forgivenMask],
    ['alignedMask', 'aligned_mask', alignedMask],
    ['log', 'diff_log', log],
  ] as const) {
    if (value === undefined) continue;
    if (slot[field] !== null && slot[field] !== value) throw alreadyReported(run, parameter);
    slot[field] = value;
  }
  if (distortion !== undefined) {
    if (slot.distortion !== null && slot.distortion !== distortion) throw alreadyReported(run, 'distortion');
    slot.distortion = distortion;
  }
  if (report.comparison !== undefined && slot.details === null) {
    slot.details = report.comparison;
    slot.failOnForgiven = report.failOnForgiven === true;
  }
  if (failed) {
    slot.failed = true;
    slot.failure = report.failure ?? reportedFailure('The comparison');
  }
  return { slot, ignored: false };
}

/** They alone say nothing about the outcome, so they may be reported before it. */
function masksOf({ forgivenMask, alignedMask }: DiffSlot): Pick<DiffSlot, 'forgivenMask' | 'alignedMask'> {
  return { forgivenMask, alignedMask };
}

/** Whether a diff image repeats one that was reported together with a failure. */
function isRepeat(before: DiffSlot, report: RunReport): boolean {
  return before.failed && before.image !== null && before.image === report.diffImage;
}

function differs(have: string | null, reported: string | undefined): boolean {
  return reported !== undefined && reported !== have;
}

function wireName(name: 'current' | 'ref', field: string): string {
  return name === 'ref' ? `ref_${field}` : field;
}

function reportedFailure(what: string): RunFailure {
  return { reason: 'reported', message: `${what} failed; the worker reported no reason. See the log.` };
}

function alreadyReported(run: Run, parameter: string): AppError {
  return new AppError(
    'run_already_reported',
    `Run "${run.name}" already has a different ${parameter}, which is kept. Create a new release to replace it.`,
    { details: { parameter } },
  );
}

type Slots = readonly [CaptureSlot, CaptureSlot, DiffSlot];

function sameSlots(a: Slots, b: Slots): boolean {
  return a.every((slot, index) => {
    const other = b[index] as unknown as Record<string, unknown>;
    return Object.entries(slot).every(
      ([key, value]) =>
        Object.is(value, other[key]) ||
        (typeof value === 'object' && JSON.stringify(value) === JSON.stringify(other[key])),
    );
  });
}
