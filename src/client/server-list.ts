/** A server that did not answer is left out for this long, twice as long each time, up to the limit. */
const firstAbsenceMs = 30_000;
const longestAbsenceMs = 600_000;

/**
 * Which of several servers of one database to ask: the first that is not left out. One that did not answer is left out
 * for a while, so calls return to it once it answers again.
 */
export class ServerList {
  readonly #servers: readonly string[];
  readonly #now: () => number;
  readonly #absences = new Map<string, { until: number; ms: number }>();

  /**
   * @param servers in order of preference, at least one
   * @param now monotonic milliseconds
   */
  constructor(servers: readonly string[], now: () => number) {
    this.#servers = servers;
    this.#now = now;
  }

  /** The preferred one, whether or not it answers. */
  get first(): string {
    return this.#servers[0]!;
  }

  /** The one to ask now. If all are left out, the one whose turn comes first. */
  current(): string {
    const now = this.#now();
    const until = (server: string) => this.#absences.get(server)?.until ?? 0;
    return (
      this.#servers.find((server) => until(server) <= now) ??
      this.#servers.reduce((best, server) => (until(server) < until(best) ? server : best))
    );
  }

  /** Notes how a server answered. */
  heard(server: string, isDown: boolean): void {
    if (!isDown) {
      this.#absences.delete(server);
    } else if (this.#servers.length > 1) {
      const ms = Math.min(longestAbsenceMs, (this.#absences.get(server)?.ms ?? firstAbsenceMs / 2) * 2);
      this.#absences.set(server, { until: this.#now() + ms, ms });
    }
  }
}
