/** Limits of the HTTP server. Sizes in bytes, times in milliseconds. All are settings, so that tests can use small values. */
export interface HttpSettings {
  /** Maximum size of a form, a JSON text, or all fields of a multipart body. */
  maxFieldBytes: number;
  /** Parts of one multipart body. */
  maxParts: number;
  /** All request headers together. */
  maxHeaderBytes: number;
  /** Until the headers of a request are complete. */
  headersTimeoutMs: number;
  /** Until the body of a request is complete, however slowly it arrives. */
  requestTimeoutMs: number;
  /** How often the two limits above are checked. */
  connectionsCheckMs: number;
  /** How long an idle connection is kept open. */
  keepAliveMs: number;
  /** Grace period of a body; after this, its average rate must be at least `minBytesPerSecond`. */
  slowBodyGraceMs: number;
  minBytesPerSecond: number;
  /** How long the rest of a body is read and dropped after an early answer, so that the answer arrives. */
  lingerMs: number;
  maxConnections: number;
  /** Connections of one address, except trusted proxies; further ones are closed immediately. */
  maxConnectionsPerAddress: number;
  /** Concurrent running requests; further ones get 503. Waiting leases and event streams do not count. */
  maxRequestsAtWork: number;
  /** The same for one key, person or address, so that one caller's slow bodies do not fill it. */
  maxRequestsAtWorkPerCaller: number;
  /** Delay before such a 503, unless `maxDelayedBusyRefusals` are waiting. */
  busyRefusalDelayMs: number;
  maxDelayedBusyRefusals: number;
  /** Wrong secrets per address and key id within `failedLoginWindowMs`; further ones get 429. */
  maxFailedLogins: number;
  /** Wrong secrets per address within the window, for any key; further wrong ones get 429, correct ones pass. */
  maxFailedLoginsOfAddress: number;
  /** Passwords tried from one address within the window, for any account; further ones get 429. */
  maxPasswordsOfAddress: number;
  /** Passwords tried for one account within the window; further ones get 429, except from addresses it has signed in from. */
  maxPasswordsOfAccount: number;
  /** Passwords of one address being checked or waiting; further ones get 429. */
  maxPasswordsAtOnce: number;
  /** Delay before a wrong password is answered, unless `maxDelayedRefusals` are waiting. */
  passwordRefusalDelayMs: number;
  maxDelayedRefusals: number;
  failedLoginWindowMs: number;
  /** Provider sign-ins that one address may start within the window; further ones get 429. */
  maxProviderLoginsOfAddress: number;
  /** Password resets that one address may request in 15 minutes; further ones get the same answer but no mail. */
  maxPasswordResetsOfAddress: number;
  /** Per minute for one key or one person; further ones get 429. 0: no limit. */
  maxRequestsPerMinute: number;
  /** Per minute for one address without credentials, on public builds. 0: no limit. */
  maxAnonymousRequestsPerMinute: number;
  /** How long changes of a release are collected before they are sent. */
  eventBatchMs: number;
  /** How often a caller that waits for a conclusion looks for new releases and changes by other processes. */
  statusTickMs: number;
  /** Keep-alive interval of an idle event stream, for proxies. */
  eventKeepAliveMs: number;
  /** Concurrent event streams; further ones get 503. At least half of them are reserved for signed-in people. */
  maxEventStreams: number;
  /** The same for one key, person or address; further ones get 429. */
  maxEventStreamsPerCaller: number;
  /** How long a server that is about to stop says so at `/readyz` before it begins. */
  drainMs: number;
  /** How long a graceful stop waits for running requests. */
  closeTimeoutMs: number;
  /** How long a graceful stop waits for the first request of a connection. */
  closeUnusedMs: number;
}

export const defaultHttpSettings: HttpSettings = {
  maxFieldBytes: 1_048_576,
  maxParts: 100,
  maxHeaderBytes: 16_384,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 1_800_000,
  connectionsCheckMs: 1_000,
  keepAliveMs: 72_000,
  slowBodyGraceMs: 10_000,
  minBytesPerSecond: 1_024,
  lingerMs: 1_000,
  maxConnections: 4_096,
  maxConnectionsPerAddress: 2_048,
  maxRequestsAtWork: 512,
  maxRequestsAtWorkPerCaller: 384,
  busyRefusalDelayMs: 500,
  maxDelayedBusyRefusals: 2_048,
  maxFailedLogins: 20,
  maxFailedLoginsOfAddress: 200,
  maxPasswordsOfAddress: 60,
  maxPasswordsOfAccount: 100,
  maxPasswordsAtOnce: 8,
  passwordRefusalDelayMs: 1_000,
  maxDelayedRefusals: 128,
  failedLoginWindowMs: 60_000,
  maxProviderLoginsOfAddress: 30,
  maxPasswordResetsOfAddress: 20,
  maxRequestsPerMinute: 600_000,
  maxAnonymousRequestsPerMinute: 6_000,
  eventBatchMs: 250,
  statusTickMs: 2_000,
  eventKeepAliveMs: 15_000,
  maxEventStreams: 200,
  maxEventStreamsPerCaller: 20,
  drainMs: 0,
  closeTimeoutMs: 20_000,
  closeUnusedMs: 500,
};
