import { AppError } from '../../base/errors.ts';
import type { Principal } from '../../domain/people/access.ts';

/** What a key of a CI job may call besides what only reads: making and reporting its release. */
const allowed = [
  'create_release',
  'find_run',
  'upload',
  'find_artifacts',
  'report_run',
  'request_run',
  'runs_done',
  'finalize_release',
];

/** @throws AppError `role_required` */
export function checkCiKey(principal: Principal, { name, method }: { name: string; method: string }): void {
  if (principal.kind !== 'key' || principal.ci === undefined) return;
  if (method === 'GET' || allowed.includes(name)) return;
  throw new AppError(
    'role_required',
    'The key of this CI job is for making one release and reporting its runs. Use a key of the build for this.',
  );
}
