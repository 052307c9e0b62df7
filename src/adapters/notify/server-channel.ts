/** What the servers of a database tell each other. Only ids: a server that hears of a change reads it from the database. */
export interface ServerMessage {
  releases: { id: number; version: number }[];
  queues: { name: string; count: number }[];
}

/**
 * Reaches the other servers of the database within milliseconds, or not at all: a message may be lost, so its
 * receivers also look by themselves.
 */
export interface ServerChannel {
  /** Whether messages of other servers arrive at the moment. */
  readonly isListening: boolean;
  /** Call after the commit. Messages are collected, at most ten are sent a second; never throws. */
  send(message: Partial<ServerMessage>): void;
  onMessage(listener: (message: ServerMessage) => void): void;
  /**
   * Takes the lead of a job, which ends with the connection.
   *
   * @returns false if another server leads it; true also while that cannot be agreed
   */
  leads(job: string): Promise<boolean>;
  close(): Promise<void>;
}

/** Payloads of PostgreSQL's NOTIFY must be shorter than 8,000 bytes. */
const maxPayloadBytes = 7_500;

/** Collects what is to be sent; each release and queue once. */
export class MessageDraft {
  readonly #releases = new Map<number, number>();
  readonly #queues = new Map<string, number>();

  add({ releases = [], queues = [] }: Partial<ServerMessage>): void {
    for (const { id, version } of releases)
      this.#releases.set(id, Math.max(version, this.#releases.get(id) ?? 0));
    for (const { name, count } of queues) this.#queues.set(name, count + (this.#queues.get(name) ?? 0));
  }

  /** Empties the draft. @param from the id of this server @returns texts, each short enough for NOTIFY */
  take(from: string): string[] {
    const entries = [
      ...[...this.#releases].map((release) => ({ release })),
      ...[...this.#queues].map((queue) => ({ queue })),
    ];
    this.#releases.clear();
    this.#queues.clear();
    const texts: string[] = [];
    let payload: Payload = { from, releases: [], queues: [] };
    let bytes = 0;
    for (const entry of entries) {
      const size = Buffer.byteLength(JSON.stringify(entry));
      if (bytes + size > maxPayloadBytes) {
        texts.push(JSON.stringify(payload));
        payload = { from, releases: [], queues: [] };
        bytes = 0;
      }
      bytes += size;
      if ('release' in entry) payload.releases.push(entry.release);
      else payload.queues.push(entry.queue);
    }
    if (bytes > 0) texts.push(JSON.stringify(payload));
    return texts;
  }
}

interface Payload {
  from: string;
  releases: [id: number, version: number][];
  queues: [name: string, count: number][];
}

/** @returns null for this server's own messages, and for those that it does not understand: other versions may send them */
export function readMessage(text: string, self: string): ServerMessage | null {
  const payload = parsed(text);
  if (payload === null || typeof payload.from !== 'string' || payload.from === self) return null;
  return {
    releases: pairs(payload.releases, 'number').map(([id, version]) => ({ id, version })),
    queues: pairs(payload.queues, 'string').map(([name, count]) => ({ name, count })),
  };
}

function parsed(text: string): Partial<Record<keyof Payload, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

function pairs(value: unknown, first: 'number'): [number, number][];
function pairs(value: unknown, first: 'string'): [string, number][];
function pairs(value: unknown, first: string): unknown[] {
  if (!Array.isArray(value)) return [];
  return (value as unknown[]).filter(
    (pair) => Array.isArray(pair) && typeof pair[0] === first && Number.isSafeInteger(pair[1]),
  );
}
