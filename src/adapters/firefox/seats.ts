/** Sends a command that opens a page; throws when Firefox does not answer in time. */
export type SendBidi = <T = unknown>(method: string, params?: object) => Promise<T>;

/**
 * Windows of one Firefox. A page draws frames only while its tab is the one in front, so each capture has a window to
 * itself for as long as it lasts; opening one takes longer than a tab, so they are used again.
 *
 * Only one window of a Firefox is active, and an element shows that it has focus only there. It is the window that Firefox
 * started with, where no capture happens: so a page looks the same alone and beside others.
 */
export class Seats {
  readonly #send: SendBidi;
  /** The tab that keeps each free window open. */
  readonly #free: string[] = [];
  #active: Promise<string> | undefined;
  #opening: Promise<unknown> = Promise.resolve();

  constructor(send: SendBidi) {
    this.#send = send;
  }

  /** A window, named by the tab that keeps it open; give it back with {@link giveBack}. */
  async take(): Promise<string> {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    this.#active ??= this.#firstWindow();
    await this.#active;
    const opened = this.#opening.then(() =>
      this.#send<{ context: string }>('browsingContext.create', { type: 'window' }),
    );
    this.#opening = opened.catch(() => undefined);
    return (await opened).context;
  }

  /** Activates the window without a capture again, after a tab was opened in another. */
  async leave(): Promise<void> {
    await this.#send('browsingContext.activate', { context: await this.#active });
  }

  giveBack(seat: string): void {
    this.#free.push(seat);
  }

  /** The window that Firefox started with. */
  async #firstWindow(): Promise<string> {
    const { contexts } = await this.#send<{ contexts: { context: string }[] }>('browsingContext.getTree', {
      maxDepth: 0,
    });
    return contexts[0]!.context;
  }
}
