/** The DevTools protocol events that captures listen to, with the fields they read. */
export interface CdpEvents {
  'Target.attachedToTarget': {
    sessionId: string;
    targetInfo: {
      targetId: string;
      type: string;
      url: string;
      openerId?: string;
      browserContextId?: string;
    };
    waitingForDebugger: boolean;
  };
  'Target.detachedFromTarget': { sessionId: string };
  'Target.targetCrashed': { targetId: string; status: string; errorCode: number };
  'Inspector.targetCrashed': undefined;
  'Inspector.workerScriptLoaded': undefined;
  'Browser.downloadWillBegin': { frameId: string; url: string; suggestedFilename: string };
  'Page.frameNavigated': {
    frame: {
      id: string;
      parentId?: string;
      loaderId: string;
      url: string;
      unreachableUrl?: string;
      mimeType: string;
    };
  };
  'Page.frameAttached': { frameId: string; parentFrameId: string };
  'Page.frameDetached': { frameId: string; reason?: string };
  'Page.frameStartedNavigating': { frameId: string; loaderId: string; navigationType: string };
  'Page.frameStoppedLoading': { frameId: string };
  'Page.windowOpen': { url: string };
  'ServiceWorker.workerVersionUpdated': { versions: { versionId: string; status: string }[] };
  'Page.lifecycleEvent': { frameId: string; loaderId: string; name: string };
  'Page.javascriptDialogOpening': { type: string; message: string; url: string };
  'Network.requestWillBeSent': {
    requestId: string;
    loaderId: string;
    frameId?: string;
    type?: string;
    timestamp: number;
    /** `urlFragment` with its `#`. */
    request: { url: string; urlFragment?: string; method: string };
    redirectResponse?: { url: string; status: number };
  };
  'Network.responseReceived': {
    requestId: string;
    loaderId: string;
    frameId?: string;
    type: string;
    response: {
      url: string;
      status: number;
      mimeType: string;
      headers: Record<string, string>;
      fromDiskCache?: boolean;
    };
  };
  'Network.responseReceivedExtraInfo': { requestId: string; statusCode: number };
  'Network.requestServedFromCache': { requestId: string };
  'Network.loadingFinished': { requestId: string; encodedDataLength: number };
  'Network.loadingFailed': {
    requestId: string;
    type: string;
    errorText: string;
    canceled?: boolean;
    blockedReason?: string;
  };
  'Fetch.requestPaused': {
    requestId: string;
    networkId?: string;
    frameId: string;
    resourceType: string;
    request: { url: string; method: string; headers: Record<string, string> };
  };
  'Fetch.authRequired': {
    requestId: string;
    request: { url: string };
    authChallenge: { source?: string; origin: string; scheme: string };
  };
  'Runtime.executionContextCreated': {
    context: { id: number; auxData?: { frameId?: string; isDefault?: boolean } };
  };
  'Runtime.executionContextDestroyed': { executionContextId: number };
  'Runtime.executionContextsCleared': undefined;
  'Animation.animationStarted': { animation: { source?: { backendNodeId?: number } } };
  'Runtime.consoleAPICalled': {
    type: string;
    args: {
      type: string;
      subtype?: string;
      value?: unknown;
      description?: string;
      unserializableValue?: string;
    }[];
    stackTrace?: { callFrames: { url: string; lineNumber: number }[] };
  };
  'Runtime.exceptionThrown': {
    exceptionDetails: {
      text: string;
      url?: string;
      lineNumber: number;
      exception?: { description?: string; value?: unknown };
    };
  };
  'Log.entryAdded': { entry: { source: string; level: string; text: string; url?: string } };
}

export type CdpEvent = keyof CdpEvents;
