import type { ImageSize } from '../../domain/comparison/comparison.ts';
import { ImageError, overviewSize, stripSpan, type ImageKind, type ImageSource } from './image-source.ts';

/** How long a decoded image is kept for the next piece of it. */
const keepMs = 1_000;

/**
 * An image decoded by the browser and cut into pieces: one decode serves every piece requested at about
 * the same time, and the whole bitmap is closed soon after. Memory is bounded by the pieces the viewer keeps.
 */
export class SlicedImage implements ImageSource {
  readonly key: string;
  readonly size: ImageSize;
  readonly kind: ImageKind;
  readonly #load: () => Promise<ImageBitmap>;
  #whole: Promise<ImageBitmap> | null = null;
  #users = 0;
  #closing: ReturnType<typeof setTimeout> | null = null;

  /** @param load decodes the whole image; called again if it is needed after being closed */
  constructor(key: string, size: ImageSize, kind: ImageKind, load: () => Promise<ImageBitmap>) {
    this.key = key;
    this.size = size;
    this.kind = kind;
    this.#load = load;
  }

  overview(): Promise<ImageBitmap> {
    const { width, height } = overviewSize(this.size);
    return this.#use((whole) =>
      createImageBitmap(whole, { resizeWidth: width, resizeHeight: height, resizeQuality: 'medium' }),
    );
  }

  strip(index: number): Promise<ImageBitmap> {
    const { top, height } = stripSpan(this.size, index);
    return this.#use((whole) => createImageBitmap(whole, 0, top, this.size.width, height));
  }

  piece(
    box: { left: number; top: number; width: number; height: number },
    size: ImageSize,
  ): Promise<ImageBitmap> {
    return this.#use((whole) =>
      createImageBitmap(whole, box.left, box.top, box.width, box.height, {
        resizeWidth: size.width,
        resizeHeight: size.height,
        resizeQuality: 'medium',
      }),
    );
  }

  async #use(cut: (whole: ImageBitmap) => Promise<ImageBitmap>): Promise<ImageBitmap> {
    this.#users++;
    if (this.#closing !== null) clearTimeout(this.#closing);
    this.#closing = null;
    try {
      this.#whole ??= this.#load();
      return await cut(await this.#whole);
    } catch (error) {
      this.#whole = null;
      throw new ImageError('This image could not be loaded.', { cause: error });
    } finally {
      this.#users--;
      if (this.#users === 0) this.#closing = setTimeout(() => this.#close(), keepMs);
    }
  }

  #close(): void {
    const whole = this.#whole;
    this.#whole = null;
    void whole?.then(
      (bitmap) => bitmap.close(),
      () => undefined,
    );
  }
}
