import type { PictureSize } from '../../domain/comparison.ts';
import { BitmapCache, type BitmapRequest } from './bitmap-cache.ts';
import { neededPieces, visibleStrips } from './paint.ts';
import { overviewSize, stripCount, stripSpan, type PictureSource } from './picture-source.ts';
import { highlightColours, tint, type HighlightName } from './tint.ts';
import type { Transform } from './transform.ts';
import type { ViewerPictures } from './view-model.ts';

type Part = 'overview' | number;

/** Decides which pieces of which pictures must be decoded for what is seen, and in which order. */
export class PieceDemand {
  readonly cache: BitmapCache;
  highlight: HighlightName = 'magenta';
  /** Pictures that will probably be asked for next; decoded when nothing else is waiting. */
  prefetch: readonly PictureSource[] = [];

  /** @param limitBytes bytes of decoded pixels that may be kept */
  constructor(limitBytes: number) {
    this.cache = new BitmapCache(limitBytes);
  }

  /** A piece, if it is decoded. */
  readonly piece = (source: PictureSource, part: Part): ImageBitmap | undefined =>
    this.cache.get(this.#keyOf(source, part));

  get highlightColour(): string {
    return highlightColours[this.highlight];
  }

  /**
   * Asks for what a frame needs, then the strips beside it, then the pictures of the next test.
   *
   * @returns whether a piece that is needed now could not be loaded
   */
  want(pictures: ViewerPictures, transform: Transform, pane: PictureSize): boolean {
    const shown = [pictures.after, pictures.before, pictures.mask].filter((source) => source !== null);
    const now = shown.flatMap((source) =>
      neededPieces(source, transform, pane.height).map((part) => this.#request(source, part)),
    );
    const later = shown.flatMap((source) => this.#beside(source, transform, pane));
    if (now.every(({ key }) => this.cache.has(key))) {
      for (const source of this.prefetch)
        later.push(this.#request(source, stripCount(source.size) === 1 ? 0 : 'overview'));
    }
    this.cache.want([...now, ...later], now.length);
    return now.some(({ key }) => this.cache.failure(key) !== undefined);
  }

  #beside(source: PictureSource, transform: Transform, pane: PictureSize): BitmapRequest[] {
    const count = stripCount(source.size);
    if (count === 1) return [];
    const { first, last } = visibleStrips(source.size, transform, pane.height);
    return [last + 1, first - 1]
      .filter((index) => index >= 0 && index < count)
      .map((index) => this.#request(source, index));
  }

  #request(source: PictureSource, part: Part): BitmapRequest {
    const size =
      part === 'overview'
        ? overviewSize(source.size)
        : { width: source.size.width, height: stripSpan(source.size, part).height };
    const colour = source.kind === 'mask' ? this.highlightColour : null;
    return {
      key: this.#keyOf(source, part),
      bytes: size.width * size.height * 4,
      load: async () => {
        const bitmap = await (part === 'overview' ? source.overview() : source.strip(part));
        return colour === null ? bitmap : tint(bitmap, colour);
      },
    };
  }

  #keyOf(source: PictureSource, part: Part): string {
    return `${source.key}|${part}|${source.kind === 'mask' ? this.highlight : ''}`;
  }
}
