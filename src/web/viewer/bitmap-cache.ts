/** Decoded pieces of images, within a limit of bytes; what falls out is closed. */

export interface BitmapRequest {
  key: string;
  /** What the piece will take when it is here, 4 a pixel. */
  bytes: number;
  /** @param signal aborted when nobody wants the piece any more @param isUrgent on screen, not fetched ahead */
  load: (signal: AbortSignal, isUrgent: boolean) => Promise<ImageBitmap>;
}

interface Entry {
  bitmap: ImageBitmap;
  bytes: number;
}

/** Loads at the same time: of what is seen, and of what is fetched ahead. */
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

  /** @param limitBytes bytes of decoded pixels (4 a pixel); what is wanted right now is kept even above it */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Bytes of decoded pixels held now. */
  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  get isLoading(): boolean {
    return this.#loading.size > 0;
  }

  /** Called whenever a piece that is on screen arrived or failed. */
  set onChange(listener: () => void) {
    this.#onChange = listener;
  }

  /** The piece, if it is here; counts as a use. */
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

  /** Forgets failures, so that what failed is asked for again. */
  retry(): void {
    this.#failed.clear();
    this.#pump();
  }

  /**
   * What is needed now, most urgent first; replaces what was wanted before: work that nobody waits for is never begun,
   * and aborted if it has. What would not fit within the limit together with what is more urgent is left out.
   *
   * @param kept how many from the front are on screen and must not be dropped for others
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

  /** Closes pieces that are not on screen and that nobody will look at soon. */
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

/** 256 MB, or 96 MB on phones and machines with little memory. */
export function defaultCacheBytes(): number {
  const memory = (navigator as Navigator & { deviceMemory?: number }).deviceMemory ?? 8;
  const coarse = matchMedia('(pointer: coarse)').matches;
  return (coarse || memory <= 4 ? 96 : 256) * 1024 * 1024;
}
