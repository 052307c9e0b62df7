import '../kit/thumbnail.css';
import { useEffect, useMemo, useRef } from 'react';
import type { Box } from '../../domain/comparison/alignment.ts';
import type { ReportImage } from '../../contract/files/local-report.ts';
import { cropMargin, cropScale } from '../kit/crop-scale.ts';
import { rem } from '../kit/text-scale.ts';
import { forgivenColour, highlightColours } from '../viewer/tint.ts';
import { hasOnlyForgiven, imageSource } from './report-images.ts';
import type { ReportEntry } from './report-model.ts';

/** Device pixels of a thumbnail, for each CSS pixel. */
const density = 2;
/** CSS pixels of a thumbnail in a list of tests. */
const thumbnailSize = { width: 88, height: 56 };
/** Minimum CSS pixels of the page around a thumbnail's region. */
const contextWidth = 480;
/** Device pixels between an outline and its region or the thumbnail's edge. */
const outlineGap = 4;
const kept = 400;

const bitmaps = new Map<string, ImageBitmap>();
const waiting: { key: string; run: () => Promise<void> }[] = [];
let running = 0;

/** The piece of the page around its biggest change, or its top. */
export function Thumbnail({ entry: { test, telling } }: { entry: ReportEntry }) {
  const image = test.after ?? test.before;
  const region = test.after === null ? null : telling;
  return (
    <Piece
      image={image}
      region={region}
      box={useMemo(() => (image === null ? null : thumbnailBox(image, region)), [image, region])}
      size={thumbnailSize}
      colour={hasOnlyForgiven(test) ? forgivenColour : highlightColours.magenta}
    />
  );
}

/** A change in one of the images, at a size at which it can be read. */
export function ChangePiece({ image, change, size }: { image: ReportImage; change: Box; size: PieceSize }) {
  const box = useMemo(() => changeBox(image, change, size), [image, change, size]);
  return <Piece image={image} region={change} box={box} size={size} colour={highlightColours.magenta} />;
}

/** CSS pixels. */
interface PieceSize {
  width: number;
  height: number;
}

interface PieceProps {
  image: ReportImage | null;
  /** What it outlines; null: nothing. */
  region: Box | null;
  /** What it shows, in pixels of the image; null: nothing. */
  box: Box | null;
  size: PieceSize;
  colour: string;
}

function Piece({ image, region, box, size: cssSize, colour }: PieceProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = cssSize;
  const size = useMemo(() => ({ width: width * density, height: height * density }), [width, height]);

  useEffect(() => {
    const element = canvas.current;
    if (element === null || image === null || box === null) return;
    const key = `${image.sha1sum} ${box.left} ${box.top} ${box.width} ${box.height}`;
    const draw = () => {
      const bitmap = bitmaps.get(key);
      if (bitmap !== undefined) drawThumbnail(element, bitmap, { box, region, size, colour });
      return bitmap !== undefined;
    };
    if (draw()) return;
    const job = {
      key,
      run: async () => {
        if (!bitmaps.has(key)) keep(key, await imageSource(image, 'image').piece(box, size));
        draw();
      },
    };
    waiting.push(job);
    pump();
    return () => {
      const index = waiting.indexOf(job);
      if (index >= 0) waiting.splice(index, 1);
    };
  }, [image, region, box, size, colour]);

  return (
    <canvas
      ref={canvas}
      className="thumbnail line muted"
      width={size.width}
      height={size.height}
      style={cssSize === thumbnailSize ? undefined : { width: rem(width), height: rem(height) }}
      aria-hidden="true"
    />
  );
}

/** The box of image pixels that a thumbnail shows. */
function thumbnailBox(image: Pick<ReportImage, 'width' | 'height'>, region: Box | null): Box {
  const wanted = region === null ? image.width : Math.max(contextWidth, region.width * 1.4);
  const width = Math.max(1, Math.round(Math.min(image.width, wanted)));
  const { width: columns, height: rows } = thumbnailSize;
  const height = Math.max(1, Math.round(Math.min(image.height, (width * rows) / columns)));
  if (region === null) return { left: 0, top: 0, width, height };
  const top =
    region.height > height
      ? Math.min(image.height - height, Math.max(0, region.top - Math.round(height / 4)))
      : centre(region.top, region.height, height, image.height);
  return { left: centre(region.left, region.width, width, image.width), top, width, height };
}

/** The box of image pixels that a crop of a change shows: the change in its middle, or its beginning. */
function changeBox(image: Pick<ReportImage, 'width' | 'height'>, change: Box, room: PieceSize): Box {
  const scale = cropScale(change, room);
  const along = (start: number, length: number, room: number, whole: number) => {
    const piece = Math.max(1, Math.min(whole, Math.round(room / scale)));
    const first = Math.min(start - cropMargin, start + length / 2 - piece / 2, whole - piece);
    return [Math.max(0, Math.round(first)), piece] as const;
  };
  const [left, width] = along(change.left, change.width, room.width, image.width);
  const [top, height] = along(change.top, change.height, room.height, image.height);
  return { left, top, width, height };
}

/** Where a piece begins that has a part in its middle, as far as the image goes. */
function centre(start: number, length: number, piece: number, whole: number): number {
  return Math.round(Math.min(whole - piece, Math.max(0, start + length / 2 - piece / 2)));
}

interface Drawn {
  box: Box;
  region: Box | null;
  /** Device pixels. */
  size: PieceSize;
  colour: string;
}

function drawThumbnail(
  canvas: HTMLCanvasElement,
  bitmap: ImageBitmap,
  { box, region, size, colour }: Drawn,
): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const scale = Math.min(size.width / box.width, size.height / box.height, density);
  const height = Math.min(size.height, box.height * scale);
  const width = box.width * scale;
  const left = (size.width - width) / 2;
  const top = width < size.width / 2 ? (size.height - height) / 2 : 0;
  context.clearRect(0, 0, size.width, size.height);
  context.imageSmoothingEnabled = scale <= 1;
  context.drawImage(bitmap, left, top, width, height);
  if (region === null) return;
  const [x, right] = outlined(left + (region.left - box.left) * scale, region.width * scale, size.width);
  const [y, bottom] = outlined(top + (region.top - box.top) * scale, region.height * scale, size.height);
  for (const [style, lineWidth] of [
    ['#16191d', 6],
    ['#ffffff', 4],
    [colour, 3],
  ] as const) {
    Object.assign(context, { strokeStyle: style, lineWidth });
    context.strokeRect(x, y, right - x, bottom - y);
  }
}

/** Where the outline of a region starts and ends along one axis: around it, but never beyond the thumbnail's edges. */
function outlined(start: number, length: number, room: number): [start: number, end: number] {
  const inside = (at: number) => Math.min(room - outlineGap, Math.max(outlineGap, at));
  return [inside(start - outlineGap), inside(start + length + outlineGap)];
}

function keep(key: string, bitmap: ImageBitmap): void {
  bitmaps.set(key, bitmap);
  for (const [old, entry] of bitmaps) {
    if (bitmaps.size <= kept) break;
    entry.close();
    bitmaps.delete(old);
  }
}

function pump(): void {
  while (running < 2) {
    const job = waiting.shift();
    if (job === undefined) return;
    running++;
    void job
      .run()
      .catch(() => undefined)
      .finally(() => {
        running--;
        pump();
      });
  }
}
