/** Decoded pieces of pictures, within a limit of bytes; what falls out is closed. */

export interface BitmapRequest {
  key: string;
  /** What the piece will take when it is here, 4 a pixel. */
  bytes: number;
  load: () => Promise<ImageBitmap>;
}

interface Entry {
  bitmap: ImageBitmap;
  bytes: number;
}

/** Loads at the same time: the three pictures of one test. */
const maxLoads = 3;

export class BitmapCache {
  readonly #limitBytes: number;
  readonly #entries = new Map<string, Entry>();
  readonly #loading = new Set<string>();
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

  /** Called whenever a piece arrived or failed. */
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
   * What is needed now, most urgent first; replaces what was wanted before, so that work nobody waits for is never begun.
   * What would not fit within the limit together with what is more urgent is left out.
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
    for (const request of this.#wanted) this.get(request.key);
    this.#pump();
  }

  /** Closes everything. */
  clear(): void {
    for (const { bitmap } of this.#entries.values()) bitmap.close();
    this.#entries.clear();
    this.#failed.clear();
    this.#wanted = [];
    this.#bytes = 0;
  }

  #pump(): void {
    for (const request of this.#wanted) {
      if (this.#loading.size >= maxLoads) return;
      if (this.#entries.has(request.key) || this.#loading.has(request.key) || this.#failed.has(request.key))
        continue;
      this.#loading.add(request.key);
      void this.#load(request);
    }
  }

  async #load(request: BitmapRequest): Promise<void> {
    try {
      const bitmap = await request.load();
      this.#add(request.key, bitmap);
    } catch (error) {
      this.#failed.set(request.key, error);
    } finally {
      this.#loading.delete(request.key);
      this.#pump();
      this.#onChange();
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
