import { BitmapCache, type BitmapRequest } from './bitmap-cache.ts';
import { neededPieces, visibleStrips } from './paint.ts';
import {
  overviewSize,
  stripCount,
  stripSpan,
  type ImageSource,
  type PieceLoad,
  type PiecePart,
} from './image-source.ts';
import { forgivenColour, highlightColours, tint, type HighlightName } from './tint.ts';
import type { Transform } from './transform.ts';
import type { ViewerImages } from './view-model.ts';

/** Images and their current or future view. */
export interface PieceView {
  images: ViewerImages;
  transform: Transform;
}

/** Decides which image pieces must be decoded for the view, and in which order. */
export class PieceDemand {
  readonly cache: BitmapCache;
  highlight: HighlightName = 'magenta';

  /** @param limitBytes bytes of decoded pixels that may be kept */
  constructor(limitBytes: number) {
    this.cache = new BitmapCache(limitBytes);
  }

  /** A piece, if decoded. */
  readonly piece = (source: ImageSource, part: PiecePart): ImageBitmap | undefined =>
    this.cache.get(this.#keyOf(source, part));

  get highlightColour(): string {
    return highlightColours[this.highlight];
  }

  /**
   * Requests the pieces of a frame, then the adjacent strips; once everything visible is loaded, also the first view of
   * the next images.
   *
   * @param next likeliest first
   * @param paneHeight CSS pixels
   * @returns whether a needed piece failed to load
   */
  want(seen: PieceView, next: readonly PieceView[], paneHeight: number): boolean {
    const shown = sourcesOf(seen.images);
    const needed = shown.flatMap((source) => this.#needed(source, seen.transform, paneHeight));
    const isComplete = needed.every(({ key }) => this.cache.has(key));
    const previews = isComplete
      ? []
      : shown.flatMap((source) => this.#preview(source, seen.transform, paneHeight));
    const later = shown.flatMap((source) => this.#beside(source, seen.transform, paneHeight));
    if (isComplete) {
      for (const { images, transform } of next)
        for (const source of sourcesOf(images)) later.push(...this.#needed(source, transform, paneHeight));
    }
    const now = [...previews, ...needed];
    this.cache.want([...now, ...later], now.length);
    this.#closeFarStrips(shown, [...now, ...later]);
    return needed.some(({ key }) => this.cache.failure(key) !== undefined);
  }

  /** Aborts every load: no image is visible. */
  nothing(): void {
    this.cache.want([], 0);
  }

  #needed(source: ImageSource, transform: Transform, paneHeight: number): BitmapRequest[] {
    return neededPieces(source, transform, paneHeight).map((part) => this.#request(source, part));
  }

  /** Whether to load the preview: only while nothing sharper is loaded. */
  #preview(source: ImageSource, transform: Transform, paneHeight: number): BitmapRequest[] {
    if (source.preview === undefined) return [];
    const [base] = neededPieces(source, transform, paneHeight);
    return this.cache.has(this.#keyOf(source, base!)) ? [] : [this.#request(source, 'preview')];
  }

  /** For tall images, only visible and adjacent strips are kept. */
  #closeFarStrips(shown: readonly ImageSource[], wanted: readonly BitmapRequest[]): void {
    const tall = shown.filter((source) => stripCount(source.size) > 1).map((source) => `${source.key}|`);
    if (tall.length === 0) return;
    const keys = new Set(wanted.map(({ key }) => key));
    this.cache.drop((key) => !keys.has(key) && tall.some((start) => key.startsWith(start)));
  }

  #beside(source: ImageSource, transform: Transform, paneHeight: number): BitmapRequest[] {
    const count = stripCount(source.size);
    if (count === 1) return [];
    const { first, last } = visibleStrips(source.size, transform, paneHeight);
    return [last + 1, first - 1]
      .filter((index) => index >= 0 && index < count)
      .map((index) => this.#request(source, index));
  }

  #request(source: ImageSource, part: PiecePart): BitmapRequest {
    const size = sizeOf(source, part);
    const colour = this.#colourOf(source);
    return {
      key: this.#keyOf(source, part),
      bytes: size.width * size.height * 4,
      load: async (signal, isUrgent) => {
        const bitmap = await loadPiece(source, part, { signal, isUrgent });
        return colour === null ? bitmap : tint(bitmap, colour);
      },
    };
  }

  #colourOf({ kind }: ImageSource): string | null {
    if (kind === 'forgiven') return forgivenColour;
    return kind === 'mask' ? this.highlightColour : null;
  }

  #keyOf(source: ImageSource, part: PiecePart): string {
    return `${source.key}|${part}|${source.kind === 'mask' ? this.highlight : ''}`;
  }
}

/** Orders pieces by distance from the view. */
function sourcesOf({ after, mask, diff, before }: ViewerImages): ImageSource[] {
  return [after, mask ?? diff, before].filter((source) => source !== null);
}

function sizeOf(source: ImageSource, part: PiecePart): { width: number; height: number } {
  if (part === 'preview') return { width: 240, height: 150 };
  if (part === 'overview') return overviewSize(source.size);
  return { width: source.size.width, height: stripSpan(source.size, part).height };
}

function loadPiece(source: ImageSource, part: PiecePart, load: PieceLoad): Promise<ImageBitmap> {
  if (part === 'preview') return source.preview!.load(load);
  return part === 'overview' ? source.overview(load) : source.strip(part, load);
}
