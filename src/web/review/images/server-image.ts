import type { ImageSize } from '../../../domain/comparison/comparison.ts';
import { stripCount, type ImageKind, type ImageSource, type PieceLoad } from '../../viewer/image-source.ts';
import { loadBitmap } from './load-bitmap.ts';
import { overviewAddress, imageAddress, stripAddress } from './image-addresses.ts';

/** A stored image, loaded from the server in pieces; never whole if it is tall. */
export class ServerImage implements ImageSource {
  readonly key: string;
  readonly size: ImageSize;
  readonly kind: ImageKind;
  readonly preview?: NonNullable<ImageSource['preview']>;
  readonly #buildId: number;
  readonly #sha1: string;

  /** @param preview shown until something sharper is loaded */
  constructor(
    of: { buildId: number; sha1: string },
    size: ImageSize,
    kind: ImageKind,
    preview?: NonNullable<ImageSource['preview']>,
  ) {
    this.#buildId = of.buildId;
    this.#sha1 = of.sha1;
    this.key = `${of.buildId}/${of.sha1}/${kind}`;
    this.size = size;
    this.kind = kind;
    if (preview !== undefined) this.preview = preview;
  }

  overview(load: PieceLoad): Promise<ImageBitmap> {
    return loadBitmap(overviewAddress(this.#buildId, this.#sha1), load);
  }

  /** An image of one strip is the stored file itself: nothing is derived for it. */
  strip(index: number, load: PieceLoad): Promise<ImageBitmap> {
    const isWhole = stripCount(this.size) === 1;
    const address = isWhole
      ? imageAddress(this.#buildId, this.#sha1)
      : stripAddress(this.#buildId, this.#sha1, index);
    return loadBitmap(address, load);
  }
}
