/** Takes captures and comparisons from a server's queues and reports their results. */
export { httpTaskServer } from './http-task-server.ts';
export { defaultWorkerSettings, type WorkerSettings } from './settings.ts';
export type { TaskServer } from './task-server.ts';
export { startWorker, type Worker } from './worker.ts';
export type { WorkerParts } from './work.ts';
