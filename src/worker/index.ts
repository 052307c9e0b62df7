/** Takes captures and comparisons from a server's queues and reports their results. */
export { httpTaskServer } from './http-task-server.ts';
export { defaultWorkerSettings } from './settings.ts';
export { startWorker } from './worker.ts';
