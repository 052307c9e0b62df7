/** The SDK: `import { DepictedClient } from 'dpxdt/client'`. */
export { AppError, type ErrorCode } from '../base/errors.ts';
export type { CaptureConfig } from '../domain/capture/capture-config.ts';
export {
  DepictedClient,
  type Answer,
  type CallOptions,
  type Downloaded,
  type Parameters,
  type ReleaseChanges,
  type UploadParameters,
} from './client.ts';
export type { UploadContent } from './multipart-stream.ts';
export type { ClientOptions, Fetch, FetchInit } from './transport.ts';
