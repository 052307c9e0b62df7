/** Limits of the HTTP server. Sizes in bytes, times in milliseconds. Every one is a setting, so that tests use small ones. */
export interface HttpSettings {
  /** A form, a JSON text, or all fields of a multipart body together. */
  maxFieldBytes: number;
  /** Parts of one multipart body. */
  maxParts: number;
  /** All request headers together. */
  maxHeaderBytes: number;
  /** Until the headers of a request are complete. */
  headersTimeoutMs: number;
  /** Until the body of a request is complete, however steadily it drips. */
  requestTimeoutMs: number;
  /** How often the two limits above are looked at. */
  connectionsCheckMs: number;
  /** An idle connection is kept for the next request. */
  keepAliveMs: number;
  /** A body may start slowly; after this it must have come at `minBytesPerSecond` on average. */
  slowBodyGraceMs: number;
  minBytesPerSecond: number;
  /** What is still being sent after an early answer is read and dropped this long, so that the answer arrives. */
  lingerMs: number;
  maxConnections: number;
  /** Of one address, trusted proxies aside; further ones are closed at once. */
  maxConnectionsPerAddress: number;
  /** Requests at work at once; further ones are answered 503. Waiting leases and event streams do not count. */
  maxRequestsAtWork: number;
  /** The same of one key, person or address, so that slow bodies of one do not fill it. */
  maxRequestsAtWorkPerCaller: number;
  /** Wrong secrets per address and key id within `failedLoginWindowMs`; further ones are answered 429. */
  maxFailedLogins: number;
  /** Wrong secrets per address within the window, for whatever keys; further wrong ones are answered 429, right ones pass. */
  maxFailedLoginsOfAddress: number;
  /** Passwords tried from one address within the window, for whatever accounts; further ones are answered 429. */
  maxPasswordsOfAddress: number;
  /** Passwords tried for one account within the window; further ones are answered 429, but for addresses that it was signed in from. */
  maxPasswordsOfAccount: number;
  /** Passwords of one address that are looked at or wait for it at once; further ones are answered 429. */
  maxPasswordsAtOnce: number;
  /** A refused password is answered after so long, unless `maxDelayedRefusals` wait already. */
  passwordRefusalDelayMs: number;
  maxDelayedRefusals: number;
  failedLoginWindowMs: number;
  /** Sign-ins with a provider that one address may begin within the window; further ones are answered 429. */
  maxProviderLoginsOfAddress: number;
  /** New passwords that one address may ask for within a quarter of an hour; what is beyond gets the same answer and no mail. */
  maxPasswordResetsOfAddress: number;
  /** Of one key or one person; further ones are answered 429. 0: any number. */
  maxRequestsPerMinute: number;
  /** Of one address without credentials, where a build is public. 0: any number. */
  maxAnonymousRequestsPerMinute: number;
  /** Changes of a release are collected this long before they are sent. */
  eventBatchMs: number;
  /** An event stream with nothing to say says so this often, so that proxies keep it open. */
  eventKeepAliveMs: number;
  /** Event streams at once; further ones are answered 503. At least half of them are for people who are signed in. */
  maxEventStreams: number;
  /** The same of one key, person or address; further ones are answered 429. */
  maxEventStreamsPerCaller: number;
  /** A graceful stop waits this long for requests at work. */
  closeTimeoutMs: number;
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
  eventKeepAliveMs: 15_000,
  maxEventStreams: 200,
  maxEventStreamsPerCaller: 20,
  closeTimeoutMs: 20_000,
};
