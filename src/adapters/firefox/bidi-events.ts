/** The events of WebDriver BiDi that a capture follows, with the fields that it reads. */

export interface Navigation {
  /** Id of the page or frame. */
  context: string;
  /** Id of the navigation, which is that of its document; null for a page's first, empty document. */
  navigation: string | null;
  url: string;
}

export interface TextValue {
  type: 'string' | 'base64';
  value: string;
}

export interface Header {
  name: string;
  value: TextValue;
}

interface NetworkEvent {
  /** Null: of no page or frame. */
  context: string | null;
  /** Present when the request is for a document: the id of its navigation. */
  navigation: string | null;
  redirectCount: number;
  isBlocked: boolean;
  intercepts?: string[];
  request: {
    request: string;
    url: string;
    method: string;
    headers: Header[];
    /** As in Fetch: `document`, `image`, `style` … */
    destination?: string | null;
    initiatorType?: string | null;
  };
}

interface Response {
  url: string;
  status: number;
  mimeType: string;
  headers: Header[];
  bytesReceived: number;
}

export interface RemoteValue {
  type: string;
  value?: unknown;
}

export interface BidiEvents {
  'browsingContext.contextCreated': {
    context: string;
    parent: string | null;
    userContext: string;
    url: string;
    originalOpener: string | null;
  };
  'browsingContext.contextDestroyed': { context: string; parent: string | null };
  'browsingContext.navigationStarted': Navigation;
  'browsingContext.navigationCommitted': Navigation;
  'browsingContext.navigationFailed': Navigation;
  'browsingContext.load': Navigation;
  'browsingContext.downloadWillBegin': Navigation & { suggestedFilename: string };
  'browsingContext.userPromptOpened': { context: string; type: string; message: string };
  'log.entryAdded': {
    type: string;
    level: string;
    text: string | null;
    method?: string;
    source: { context?: string };
    stackTrace?: { callFrames: { url: string; lineNumber: number }[] };
  };
  'network.beforeRequestSent': NetworkEvent;
  'network.authRequired': NetworkEvent & { response: Response };
  'network.responseStarted': NetworkEvent & { response: Response };
  'network.responseCompleted': NetworkEvent & { response: Response };
  'network.fetchError': NetworkEvent & { errorText: string };
}

export const followedEvents: readonly (keyof BidiEvents)[] = [
  'browsingContext.contextCreated',
  'browsingContext.contextDestroyed',
  'browsingContext.navigationStarted',
  'browsingContext.navigationCommitted',
  'browsingContext.navigationFailed',
  'browsingContext.load',
  'browsingContext.downloadWillBegin',
  'browsingContext.userPromptOpened',
  'log.entryAdded',
  'network.beforeRequestSent',
  'network.authRequired',
  'network.responseStarted',
  'network.responseCompleted',
  'network.fetchError',
];
