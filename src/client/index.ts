/** The SDK: `import { DepictedClient } from 'dpxdt/client'`. */
export { AppError, type ErrorCode } from '../base/errors.ts';
export type { CaptureConfig } from '../domain/capture/capture-config.ts';
export { DepictedClient, type ReleaseChanges, type UploadParameters } from './client.ts';
export type { Downloaded } from './download.ts';
export type { Answer, Parameters } from './methods.ts';
export type { UploadContent } from './multipart-stream.ts';
export type { CallOptions, ClientOptions, Fetch, FetchInit } from './transport.ts';
