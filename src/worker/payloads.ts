import type { BesidePayload, CapturePayload, ComparisonPayload } from '../domain/tasks/tasks.ts';
import { AppError } from '../base/errors.ts';
import type { LeasedTask, RunAddress } from './task-server.ts';

type Field = 'text' | 'number' | 'flag';

const runFields = {
  build_id: 'number',
  release_name: 'text',
  release_number: 'number',
  run_name: 'text',
} as const satisfies Record<string, Field>;

const captureFields: Record<Exclude<keyof CapturePayload, keyof BesidePayload>, Field> = {
  ...runFields,
  url: 'text',
  config_sha1sum: 'text',
  baseline: 'flag',
};

const diffFields: Record<Exclude<keyof ComparisonPayload, keyof BesidePayload>, Field> = {
  ...runFields,
  run_sha1sum: 'text',
  reference_sha1sum: 'text',
};

const types = { text: 'string', number: 'number', flag: 'boolean' } as const;

/** @throws AppError `invalid_argument` when the payload is not that of a capture */
export function readCapturePayload(task: LeasedTask): CapturePayload {
  return read<CapturePayload>(task, captureFields);
}

/** @throws AppError `invalid_argument` when the payload is not that of a comparison */
export function readComparisonPayload(task: LeasedTask): ComparisonPayload {
  return read<ComparisonPayload>(task, diffFields);
}

function read<Payload>(task: LeasedTask, fields: Record<string, Field>): Payload {
  const { payload } = task;
  if (typeof payload !== 'object' || payload === null) {
    throw new AppError('invalid_argument', `The payload of task "${task.id}" is not a JSON object.`);
  }
  for (const [name, field] of Object.entries(fields)) {
    const value = (payload as Record<string, unknown>)[name];
    if (typeof value !== types[field]) {
      const problem = value === undefined ? 'is missing' : `is not a ${field}`;
      throw new AppError('invalid_argument', `${name} ${problem} in the payload of task "${task.id}".`);
    }
  }
  return payload as Payload;
}

export function runOf(payload: Pick<CapturePayload, keyof typeof runFields>): RunAddress {
  return {
    buildId: payload.build_id,
    releaseName: payload.release_name,
    releaseNumber: payload.release_number,
    runName: payload.run_name,
  };
}
