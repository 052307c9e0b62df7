import type { FastifyRequest } from 'fastify';
import type { Principal } from '../domain/people/access.ts';
import type { ErrorCode } from '../base/errors.ts';
import type { KeyAuthenticator } from '../services/builds/authenticate-key.ts';
import type { Logins } from '../ports/logins.ts';
import type { CiTokens } from '../ports/ci-tokens.ts';
import type { EventCalls } from '../ports/event-calls.ts';
import type { Forges } from '../ports/forges.ts';
import type { DerivedImages } from '../ports/derived-images.ts';
import type { Deps } from '../services/deps.ts';
import type { Readable } from 'node:stream';
import type { RequestBody } from './body/read-body.ts';
import type { Metrics } from './metrics.ts';
import type { EgressRules } from '../domain/network/egress-policy.ts';
import type { CheckCaptureTarget } from './access/capture-targets.ts';
import type { HttpSettings } from './settings.ts';

/** What the HTTP server is built from. */
export interface HttpDeps {
  /** Dependencies of the use cases; `settings.publicUrl` is the server's public address. */
  core: Deps;
  /** Creates thumbnails, overviews and strips. */
  images: DerivedImages;
  /** Calls forges. */
  forges: Forges;
  /** Verifies tokens of CI jobs. */
  ciTokens: CiTokens;
  /** Sends events. */
  eventCalls: EventCalls;
  /** `off`: no credentials means the local superuser; only from this machine. */
  authentication: 'on' | 'off';
  /** Shown in the API reference. */
  version: string;
  /** What may be captured; by default public pages only. */
  captureTargets?: EgressRules;
  /** How people sign in; absent or null if they cannot. */
  people?: PeopleParts | null;
  /** Checks API keys; by default the stored ones. */
  keys?: KeyAuthenticator;
  /** Folder for files that arrive before their parameters; the system's temporary folder by default. */
  spoolFolder?: string;
  /** Reverse proxies whose X-Forwarded-For is trusted: addresses or CIDRs. None by default. */
  trustedProxies?: readonly string[];
  /** Folder of the built UI; by default the output of `npm run build:web`. */
  webFolder?: string;
  settings?: Partial<HttpSettings>;
}

/** The same with all defaults filled in. */
export interface HttpContext {
  core: Deps;
  images: DerivedImages;
  forges: Forges;
  ciTokens: CiTokens;
  eventCalls: EventCalls;
  authentication: 'on' | 'off';
  version: string;
  captureTargets: EgressRules;
  people: PeopleParts | null;
  keys: KeyAuthenticator;
  checkCaptureTarget: CheckCaptureTarget;
  spoolFolder: string;
  settings: HttpSettings;
  metrics: Metrics;
  /** Aborted when the server is about to stop, and clients should turn to another. */
  draining: AbortSignal;
  /** Aborted when the server begins to stop. */
  stopping: AbortSignal;
}

export interface PeopleParts {
  logins: Logins;
  /** Whether the server sends mail. */
  hasMail: boolean;
  /** Called once the server is set up and its setup link is used. */
  onSetUp?: () => Promise<void>;
}

/**
 * Who may call a route. `open`: anyone. `read`: also without credentials, if the build is public. `monitor`: superusers,
 * and while the database is away, a superuser key that was right before.
 */
export type RouteAccess = 'open' | 'read' | 'build' | 'manage' | 'worker' | 'superuser' | 'monitor';

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal;
    /** Token of the session cookie, if present. */
    sessionToken: string | null;
    sessionId: string | null;
    /** CSRF token that changing requests need. */
    csrfToken: string | null;
    /** For the log. */
    errorCode: ErrorCode | null;
    /** Body stream of a route that reads it itself. */
    rawBody: Readable | null;
  }
  interface FastifyContextConfig {
    access?: RouteAccess;
    /** The route reads its body itself. */
    takesFile?: boolean;
    /** Waits by design, so it does not count as a running request. */
    longLived?: boolean;
  }
}

export type ApiRequest = FastifyRequest<{ Body: RequestBody | undefined }>;
