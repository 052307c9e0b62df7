import type { resourceOperations } from '../../../contract/v1/operations.ts';
import type { CamelKeys, DeepCamel } from '../../../contract/letter-case.ts';
import type { AnswerOf, ParametersOf } from '../../../contract/operation.ts';

type Operations = typeof resourceOperations;
export type OperationName = keyof Operations;

/** What a call of an operation sends, in camelCase. */
export type Parameters<Name extends OperationName> = DeepCamelParameters<ParametersOf<Operations[Name]>>;
type DeepCamelParameters<T> = CamelKeys<T>;

/** What it answers, in camelCase. */
export type Answer<Name extends OperationName> = DeepCamel<AnswerOf<Operations[Name]>>;

export interface OperationAddress {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
}

/**
 * The address of each operation of the resource API. Duplicated here because pages should not load the contract's
 * validation; a test compares the two.
 */
export const operationAddresses = {
  listBuilds: { method: 'GET', path: '/api/v1/builds' },
  createBuild: { method: 'POST', path: '/api/v1/builds' },
  updateBuild: { method: 'PATCH', path: '/api/v1/builds/{build_id}' },
  listReleases: { method: 'GET', path: '/api/v1/builds/{build_id}/releases' },
  reviewRelease: { method: 'POST', path: '/api/v1/builds/{build_id}/release/decision' },
  listRuns: { method: 'GET', path: '/api/v1/builds/{build_id}/runs' },
  runDetail: { method: 'GET', path: '/api/v1/builds/{build_id}/run' },
  reviewRun: { method: 'POST', path: '/api/v1/builds/{build_id}/run/verdict' },
  reviewRuns: { method: 'POST', path: '/api/v1/builds/{build_id}/runs/verdicts' },
  retryRuns: { method: 'POST', path: '/api/v1/builds/{build_id}/runs/retry' },
  listActivity: { method: 'GET', path: '/api/v1/builds/{build_id}/activity' },
  listKeys: { method: 'GET', path: '/api/v1/builds/{build_id}/keys' },
  createKey: { method: 'POST', path: '/api/v1/builds/{build_id}/keys' },
  revokeKey: { method: 'DELETE', path: '/api/v1/builds/{build_id}/keys/{key_id}' },
  listQueues: { method: 'GET', path: '/api/v1/queues' },
  listTasks: { method: 'GET', path: '/api/v1/queues/{queue_name}/tasks' },
  retryTask: { method: 'POST', path: '/api/v1/queues/{queue_name}/tasks/{task_id}/retry' },
  deleteTask: { method: 'DELETE', path: '/api/v1/queues/{queue_name}/tasks/{task_id}' },
  signIn: { method: 'POST', path: '/api/v1/sign_in' },
  startProvider: { method: 'POST', path: '/api/v1/sign_in/{provider}' },
  signOut: { method: 'POST', path: '/api/v1/sign_out' },
  setUp: { method: 'POST', path: '/api/v1/set_up' },
  forgotPassword: { method: 'POST', path: '/api/v1/password/forgot' },
  resetPassword: { method: 'POST', path: '/api/v1/password/reset' },
  lookAtInvitation: { method: 'POST', path: '/api/v1/invitation' },
  acceptInvitation: { method: 'POST', path: '/api/v1/invitation/accept' },
  answerInvitation: { method: 'POST', path: '/api/v1/account/invitations/{invitation_id}' },
  lookAtEmailAlias: { method: 'POST', path: '/api/v1/email_alias' },
  confirmEmailAlias: { method: 'POST', path: '/api/v1/email_alias/confirm' },
  describeAccount: { method: 'GET', path: '/api/v1/account' },
  endSession: { method: 'DELETE', path: '/api/v1/account/sessions/{session_id}' },
  listMembers: { method: 'GET', path: '/api/v1/builds/{build_id}/members' },
  inviteMember: { method: 'POST', path: '/api/v1/builds/{build_id}/members' },
  changeMember: { method: 'PATCH', path: '/api/v1/builds/{build_id}/members/{user_id}' },
  removeMember: { method: 'DELETE', path: '/api/v1/builds/{build_id}/members/{user_id}' },
  revokeInvitation: { method: 'DELETE', path: '/api/v1/builds/{build_id}/invitations/{invitation_id}' },
  describeSession: { method: 'GET', path: '/api/v1/session' },
} as const satisfies Partial<Record<OperationName, OperationAddress>>;
