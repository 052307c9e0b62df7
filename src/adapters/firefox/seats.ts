import type { BidiConnection } from './bidi-connection.ts';

/**
 * Windows of one Firefox. A page draws frames only while its tab is the one in front, so each capture has a window to
 * itself for as long as it lasts; opening one takes longer than a tab, so they are used again.
 */
export class Seats {
  readonly #connection: BidiConnection;
  /** The tab that keeps each free window open. */
  readonly #free: string[] = [];
  #first: Promise<string> | undefined;
  #opening: Promise<unknown> = Promise.resolve();

  constructor(connection: BidiConnection) {
    this.#connection = connection;
  }

  /** A window, named by the tab that keeps it open; give it back with {@link giveBack}. */
  async take(): Promise<string> {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#first === undefined) return (this.#first = this.#firstWindow());
    const opened = this.#opening.then(async () => {
      const { context } = await this.#connection.send<{ context: string }>('browsingContext.create', {
        type: 'window',
      });
      return context;
    });
    this.#opening = opened.catch(() => undefined);
    return opened;
  }

  giveBack(seat: string): void {
    this.#free.push(seat);
  }

  /** The window that Firefox started with. */
  async #firstWindow(): Promise<string> {
    const { contexts } = await this.#connection.send<{ contexts: { context: string }[] }>(
      'browsingContext.getTree',
      { maxDepth: 0 },
    );
    return contexts[0]!.context;
  }
}
