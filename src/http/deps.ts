import type { FastifyRequest } from 'fastify';
import type { Principal } from '../domain/people/access.ts';
import type { ErrorCode } from '../base/errors.ts';
import type { KeyAuthenticator } from '../services/builds/authenticate-key.ts';
import type { Logins } from '../ports/logins.ts';
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
  /** What the use cases work with; its `settings.publicUrl` is where people reach the server. */
  core: Deps;
  /** Makes thumbnails, overviews and strips. */
  images: DerivedImages;
  /** `off`: no credentials means the local superuser; only from this machine. */
  authentication: 'on' | 'off';
  /** Shown by the API's description. */
  version: string;
  /** What may be captured; by default public pages only. */
  captureTargets?: EgressRules;
  /** How people sign in; absent or null where they cannot. */
  people?: PeopleParts | null;
  /** Checks API keys; by default the stored ones. */
  keys?: KeyAuthenticator;
  /** Where a file that comes before its parameters waits; the system's folder for temporary files by default. */
  spoolFolder?: string;
  /** Reverse proxies whose X-Forwarded-For is believed: addresses or CIDRs. None by default. */
  trustedProxies?: readonly string[];
  /** Where the built UI is; by default what `npm run build:web` writes. */
  webFolder?: string;
  settings?: Partial<HttpSettings>;
}

/** The same with every default filled in, as the routes use it. */
export interface HttpContext {
  core: Deps;
  images: DerivedImages;
  authentication: 'on' | 'off';
  version: string;
  captureTargets: EgressRules;
  people: PeopleParts | null;
  keys: KeyAuthenticator;
  checkCaptureTarget: CheckCaptureTarget;
  spoolFolder: string;
  settings: HttpSettings;
  metrics: Metrics;
  /** Aborted when the server begins to stop. */
  stopping: AbortSignal;
}

export interface PeopleParts {
  logins: Logins;
  /** Whether the server sends mail. */
  hasMail: boolean;
  /** Called when the server was set up: its link works no more. */
  onSetUp?: () => Promise<void>;
}

/** Who may call a route. `open`: anyone. `read`: also without credentials, where a build is public. */
export type RouteAccess = 'open' | 'read' | 'build' | 'manage' | 'worker' | 'superuser';

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal;
    /** Of the session's cookie, where somebody is signed in by one. */
    sessionToken: string | null;
    sessionId: string | null;
    /** What such a request must carry to change anything. */
    csrfToken: string | null;
    /** For the log. */
    errorCode: ErrorCode | null;
    /** The body of a route that reads it itself. */
    rawBody: Readable | null;
  }
  interface FastifyContextConfig {
    access?: RouteAccess;
    /** The route reads its body itself. */
    takesFile?: boolean;
    /** Waits on purpose, so it does not count as a request at work. */
    longLived?: boolean;
  }
}

export type ApiRequest = FastifyRequest<{ Body: RequestBody | undefined }>;
