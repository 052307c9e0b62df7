/** A size-limited cache of decoded image pieces; evicted ones are closed. */

export interface BitmapRequest {
  key: string;
  /** Bytes of the decoded piece, 4 per pixel. */
  bytes: number;
  /** @param signal aborted when the piece is no longer wanted @param isUrgent on screen, not prefetched */
  load: (signal: AbortSignal, isUrgent: boolean) => Promise<ImageBitmap>;
}

interface Entry {
  bitmap: ImageBitmap;
  bytes: number;
}

/** Concurrent loads: of visible pieces, and of prefetched ones. */
const maxLoads = { urgent: 5, ahead: 3 };

export class BitmapCache {
  readonly #limitBytes: number;
  readonly #entries = new Map<string, Entry>();
  readonly #loading = new Map<string, AbortController>();
  readonly #failed = new Map<string, unknown>();
  #wanted: BitmapRequest[] = [];
  #keep = new Set<string>();
  #bytes = 0;
  #onChange: () => void = () => undefined;

  /** @param limitBytes bytes of decoded pixels (4 per pixel); pieces in use are kept even above it */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Bytes of decoded pixels currently held. */
  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  get isLoading(): boolean {
    return this.#loading.size > 0;
  }

  /** Called whenever a visible piece has loaded or failed. */
  set onChange(listener: () => void) {
    this.#onChange = listener;
  }

  /** The piece, if loaded; counts as a use. */
  get(key: string): ImageBitmap | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.bitmap;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** Why a piece could not be loaded, if so. */
  failure(key: string): unknown {
    return this.#failed.get(key);
  }

  /** Clears failures, so that failed pieces are loaded again. */
  retry(): void {
    this.#failed.clear();
    this.#pump();
  }

  /**
   * Sets the wanted pieces, most urgent first, replacing the previous list: loads that are no longer wanted are not started,
   * or are aborted. Pieces that would exceed the limit together with more urgent ones are skipped.
   *
   * @param kept how many at the front are on screen and must not be evicted
   */
  want(requests: BitmapRequest[], kept: number): void {
    let bytes = 0;
    this.#wanted = requests.filter((request, index) => {
      bytes += request.bytes;
      return index < kept || bytes <= this.#limitBytes;
    });
    this.#keep = new Set(requests.slice(0, kept).map((request) => request.key));
    const keys = new Set(this.#wanted.map((request) => request.key));
    for (const [key, work] of this.#loading) if (!keys.has(key)) work.abort();
    for (const request of this.#wanted.toReversed()) this.get(request.key);
    this.#pump();
  }

  /** Closes pieces that are neither on screen nor needed soon. */
  drop(isNeedless: (key: string) => boolean): void {
    for (const [key, entry] of this.#entries) {
      if (this.#keep.has(key) || !isNeedless(key)) continue;
      entry.bitmap.close();
      this.#entries.delete(key);
      this.#bytes -= entry.bytes;
    }
  }

  /** Closes everything. */
  clear(): void {
    for (const { bitmap } of this.#entries.values()) bitmap.close();
    for (const work of this.#loading.values()) work.abort();
    this.#entries.clear();
    this.#failed.clear();
    this.#wanted = [];
    this.#keep.clear();
    this.#bytes = 0;
  }

  #pump(): void {
    for (const request of this.#wanted) {
      const isUrgent = this.#keep.has(request.key);
      if (this.#loading.size >= (isUrgent ? maxLoads.urgent : maxLoads.ahead)) return;
      if (this.#entries.has(request.key) || this.#loading.has(request.key) || this.#failed.has(request.key))
        continue;
      const work = new AbortController();
      this.#loading.set(request.key, work);
      void this.#load(request, work.signal, isUrgent);
    }
  }

  async #load(request: BitmapRequest, signal: AbortSignal, isUrgent: boolean): Promise<void> {
    try {
      const bitmap = await request.load(signal, isUrgent);
      if (signal.aborted) bitmap.close();
      else this.#add(request.key, bitmap);
    } catch (error) {
      if (!signal.aborted) this.#failed.set(request.key, error);
    } finally {
      this.#loading.delete(request.key);
      this.#pump();
      if (this.#keep.has(request.key)) this.#onChange();
    }
  }

  #add(key: string, bitmap: ImageBitmap): void {
    const bytes = bitmap.width * bitmap.height * 4;
    this.#entries.get(key)?.bitmap.close();
    this.#entries.set(key, { bitmap, bytes });
    this.#bytes += bytes;
    for (const [old, entry] of this.#entries) {
      if (this.#bytes <= this.#limitBytes) break;
      if (old === key || this.#keep.has(old)) continue;
      entry.bitmap.close();
      this.#entries.delete(old);
      this.#bytes -= entry.bytes;
    }
  }
}

/** 192 MiB, or 96 MiB on phones and low-memory machines: five runs of three images of 1280 × 2,400, or two. */
export function defaultCacheBytes(): number {
  const memory = (navigator as Navigator & { deviceMemory?: number }).deviceMemory ?? 8;
  const coarse = matchMedia('(pointer: coarse)').matches;
  return (coarse || memory <= 4 ? 96 : 192) * 1024 * 1024;
}
