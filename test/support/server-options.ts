import type { ServerOptions } from '../../src/compose/server.ts';

/** A server for tests on a free port, without logins and without workers. */
export const plainServer: Omit<ServerOptions, 'dataFolder' | 'durability'> = {
  host: '127.0.0.1',
  port: 0,
  authentication: 'off',
  publicUrl: null,
  databaseUrl: null,
  maxImageBytes: 2 ** 27,
  maxArtifactBytes: 2 ** 24,
  workers: 0,
  leaseSeconds: 60,
  browserPath: null,
  firefoxPath: null,
  browserSandbox: 'auto',
  trustedProxies: [],
  captureAllow: [],
  secretKey: null,
  smtpUrl: null,
  mailFrom: null,
  logLevel: 'error',
  version: 'test',
};
