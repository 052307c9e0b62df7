import { neededSwitches } from './browser-flags.ts';
import { openSocketWire, type SocketWire } from './cdp-socket.ts';
import { PlaywrightClient, type PlaywrightObject } from './playwright-client.ts';

/** For a server that starts a browser for each connection. Others ignore it. */
const launchHeaders = {
  'x-playwright-browser': 'chromium',
  'x-playwright-launch-options': JSON.stringify({
    headless: true,
    // The last switch of a name counts: takes back what Playwright enables, such as another way of making screenshots.
    args: [...neededSwitches, '--enable-features='],
  }),
};

const exposedName = 'devTools';
const bindingName = 'toWorker';
/** The exposed protocol lacks commands and events of the whole browser; Playwright's session of the browser has them. */
const isOfWholeBrowser = (method: string) => /^(?:Browser|SystemInfo)\./.test(method);

/**
 * The DevTools protocol of a browser behind a Playwright server.
 *
 * Playwright's own DevTools sessions drop the messages of targets below them. So the browser exposes its protocol to an
 * empty page in a separate context (`Target.exposeDevToolsProtocol`), and that page passes on the messages of all
 * sessions: those to the browser are scripts that it evaluates, those from the browser are calls of a binding.
 *
 * @throws PlaywrightRefusal when the server gives no Chromium; Error when there is no Playwright server at the address
 */
export async function openPlaywrightWire(url: URL, signal: AbortSignal): Promise<SocketWire> {
  const socket = await openSocketWire(url, { headers: launchHeaders, signal });
  const playwright = new PlaywrightClient(socket);
  try {
    const browser = await playwright.browser();
    const { session: whole } = await playwright.call<NewSession>(browser, 'newBrowserCDPSession');
    const { context } = await playwright.call<{ context: PlaywrightObject }>(browser, 'newContext');
    const { page } = await playwright.call<{ page: PlaywrightObject }>(context, 'newPage');
    const { session: carrier } = await playwright.call<NewSession>(context, 'newCDPSession', { page });
    const { targetInfo } = await playwright.devTools<{ targetInfo: { targetId: string } }>(
      carrier,
      'Target.getTargetInfo',
    );
    await playwright.devTools(whole, 'Target.exposeDevToolsProtocol', {
      targetId: targetInfo.targetId,
      bindingName: exposedName,
    });
    await playwright.devTools(carrier, 'Runtime.addBinding', { name: bindingName });
    await playwright.devTools(carrier, 'Runtime.evaluate', {
      expression: `${exposedName}.onmessage = (text) => ${bindingName}(text)`,
    });
    return new CarriedWire(playwright, whole, carrier);
  } catch (error) {
    playwright.close();
    throw error;
  }
}

interface NewSession {
  session: PlaywrightObject;
}

class CarriedWire implements SocketWire {
  readonly #playwright: PlaywrightClient;
  readonly #whole: PlaywrightObject;
  readonly #carrier: PlaywrightObject;
  #onMessage: (text: string) => void = () => {};

  constructor(playwright: PlaywrightClient, whole: PlaywrightObject, carrier: PlaywrightObject) {
    this.#playwright = playwright;
    this.#whole = whole;
    this.#carrier = carrier;
  }

  listen(onMessage: (text: string) => void, onEnd: () => void): void {
    this.#onMessage = onMessage;
    this.#playwright.onDevTools(this.#carrier, ({ method, params }) => {
      if (method === 'Runtime.bindingCalled') onMessage((params as { payload: string }).payload);
    });
    this.#playwright.onDevTools(this.#whole, (event) => {
      if (isOfWholeBrowser(event.method)) onMessage(JSON.stringify(event));
    });
    this.#playwright.onEnd(onEnd);
  }

  send(text: string): void {
    const { id, sessionId, method, params } = JSON.parse(text) as {
      id: number;
      sessionId?: string;
      method: string;
      params: unknown;
    };
    if (sessionId === undefined && isOfWholeBrowser(method)) {
      void this.#playwright.devTools(this.#whole, method, params).then(
        (result) => this.#onMessage(JSON.stringify({ id, result })),
        ({ message }: Error) => this.#onMessage(JSON.stringify({ id, error: { message } })),
      );
      return;
    }
    const expression = `${exposedName}.send(${JSON.stringify(text)})`;
    // Without the page, no message can pass.
    this.#playwright
      .devTools(this.#carrier, 'Runtime.evaluate', { expression })
      .catch(() => this.#playwright.close());
  }

  end(): void {
    this.#playwright.close();
  }
}
