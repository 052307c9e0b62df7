import { BitmapCache, type BitmapRequest } from './bitmap-cache.ts';
import { neededPieces, stripsOf } from './paint-image.ts';
import {
  overviewSize,
  stripCount,
  stripSpan,
  type ImageSource,
  type PieceLoad,
  type PiecePart,
} from './image-source.ts';
import { visibleRows, type RowSpan } from './row-runs.ts';
import { placeRows, type ViewScene } from './scene.ts';
import { forgivenColour, highlightColours, tint, type HighlightName } from './tint.ts';
import type { Transform } from './transform.ts';
import type { ViewerImages } from './view-model.ts';

/** Images and their current or future view. */
export interface PieceView {
  images: ViewerImages;
  scene: ViewScene;
  transform: Transform;
}

/** An image and its rows that are seen. */
interface Seen {
  source: ImageSource;
  rows: readonly RowSpan[];
  scale: number;
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
    const shown = seenOf(seen, paneHeight);
    const needed = shown.flatMap((each) => this.#needed(each));
    const isComplete = needed.every(({ key }) => this.cache.has(key));
    const previews = isComplete ? [] : shown.flatMap((each) => this.#preview(each));
    const later = shown.flatMap((each) => this.#beside(each));
    if (isComplete)
      for (const view of next) for (const each of seenOf(view, paneHeight)) later.push(...this.#needed(each));
    const now = [...previews, ...needed];
    this.cache.want([...now, ...later], now.length);
    this.#closeFarStrips(
      shown.map(({ source }) => source),
      [...now, ...later],
    );
    return needed.some(({ key }) => this.cache.failure(key) !== undefined);
  }

  /** Aborts every load: no image is visible. */
  nothing(): void {
    this.cache.want([], 0);
  }

  #needed({ source, scale, rows }: Seen): BitmapRequest[] {
    return neededPieces(source, scale, rows).map((part) => this.#request(source, part));
  }

  /** Whether to load the preview: only while nothing sharper is loaded. */
  #preview({ source, scale, rows }: Seen): BitmapRequest[] {
    if (source.preview === undefined) return [];
    const [base] = neededPieces(source, scale, rows);
    return this.cache.has(this.#keyOf(source, base!)) ? [] : [this.#request(source, 'preview')];
  }

  /** For tall images, only visible and adjacent strips are kept. */
  #closeFarStrips(shown: readonly ImageSource[], wanted: readonly BitmapRequest[]): void {
    const tall = shown.filter((source) => stripCount(source.size) > 1).map((source) => `${source.key}|`);
    if (tall.length === 0) return;
    const keys = new Set(wanted.map(({ key }) => key));
    this.cache.drop((key) => !keys.has(key) && tall.some((start) => key.startsWith(start)));
  }

  #beside({ source, rows }: Seen): BitmapRequest[] {
    const count = stripCount(source.size);
    if (count === 1) return [];
    const strips = stripsOf(source.size, rows);
    const around = strips.flatMap((index) => [index + 1, index - 1]);
    return [...new Set(around)]
      .filter((index) => index >= 0 && index < count && !strips.includes(index))
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
function seenOf({ images, scene, transform }: PieceView, paneHeight: number): Seen[] {
  const { after, before, diff } = images;
  const { scale } = transform;
  const rowsOf = (side: 'before' | 'after', source: ImageSource) =>
    visibleRows(placeRows(scene, side, source), transform, paneHeight);
  const like = [after, scene.mask ?? diff].filter((source) => source !== null);
  const seen = like.map((source): Seen => ({ source, scale, rows: rowsOf('after', source) }));
  if (before === null) return seen;
  const rows = [...rowsOf('before', before), ...patchRows(scene, transform, paneHeight)];
  return [...seen, { source: before, scale, rows }];
}

/** Rows of the before image that are seen where the after image has them. */
function patchRows({ layout }: ViewScene, transform: Transform, paneHeight: number): RowSpan[] {
  const parts = layout?.patches.parts ?? [];
  const runs = parts.map(({ from, to }) => ({ top: to.top, height: to.height, row: from.top }));
  return visibleRows(runs, transform, paneHeight);
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
