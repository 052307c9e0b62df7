import { useEffect, useRef, useState, type RefObject } from 'react';
import { stripCount, stripRows } from '../../../domain/artifacts/image-pieces.ts';
import { rem, useTextScale } from '../../kit/text-scale.ts';
import { stripAddress } from '../images/image-addresses.ts';
import { cropWindow, type CropWindow } from './crop-window.ts';
import type { ChangeSample } from './change-words.ts';

/**
 * The part of both images that has the change, side by side, with an outline around it. Where one of them has none, a strip
 * says so, and the other has its room.
 */
export function ChangeCrops({
  buildId,
  sample,
  size,
}: {
  buildId: number;
  sample: ChangeSample;
  /** CSS pixels of each crop, at the usual font size; the width is a guess until it is laid out. */
  size: { width: number; height: number };
}) {
  const before = sideOf(sample.refImage, sample.refImageRows, sample.before);
  const after = sideOf(sample.image, sample.imageRows, sample.after);
  const isAlone = (before === null) !== (after === null);
  const guess = { ...size, width: isAlone ? 2 * size.width : size.width };
  return (
    <span className="change-crops" data-alone={isAlone || undefined}>
      <Crop buildId={buildId} side={before} size={guess} title="Before" />
      <Crop buildId={buildId} side={after} size={guess} title="After" />
    </span>
  );
}

interface Side {
  sha1sum: string;
  imageRows: number;
  box: NonNullable<ChangeSample['before']>;
}

/** Null: there is no image, or the change is not in it. */
function sideOf(sha1sum: string | null, imageRows: number | null, box: ChangeSample['before']): Side | null {
  return sha1sum === null || imageRows === null || box === null ? null : { sha1sum, imageRows, box };
}

interface CropProps {
  buildId: number;
  side: Side | null;
  size: { width: number; height: number };
  title: string;
}

function Crop({ buildId, side, size, title }: CropProps) {
  const textScale = useTextScale();
  const crop = useRef<HTMLSpanElement>(null);
  const width = useWidth(crop, size.width * textScale);
  const [imageColumns, setImageColumns] = useState<number | null>(null);
  const style = { height: rem(size.height) };
  if (side === null) {
    const words = `${title}: not there`;
    return (
      <span
        className="change-crop change-nothing"
        style={style}
        role="img"
        aria-label={words}
        title={words}
      />
    );
  }
  const room = { width, height: size.height * textScale };
  const shown = cropWindow(side.box, room, { width: imageColumns, rows: side.imageRows });
  return (
    <span ref={crop} className="change-crop" style={style} data-side={title}>
      <CropImages {...{ buildId, ...side, shown, title }} onColumns={setImageColumns} />
      <span
        className="change-outline"
        style={{ ...shown.change, transform: `translateX(calc(-1 * ${shown.left}))` }}
      />
    </span>
  );
}

/** The width of an element; a guess until it is laid out. */
function useWidth(element: RefObject<HTMLElement | null>, guess: number): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (element.current === null) return;
    const observer = new ResizeObserver(([entry]) => setWidth(entry!.contentRect.width));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width || guess;
}

function CropImages({
  buildId,
  sha1sum,
  imageRows,
  shown,
  title,
  onColumns,
}: {
  buildId: number;
  sha1sum: string;
  imageRows: number;
  shown: CropWindow;
  title: string;
  /** Says how wide the image is, in pixels. */
  onColumns: (columns: number) => void;
}) {
  const { left, top, rows, scale } = shown;
  // An image that is not tall is its own only strip.
  const lastStrip = stripCount({ width: 1, height: imageRows }) - 1;
  const first = Math.min(lastStrip, Math.floor(top / stripRows));
  const last = Math.min(lastStrip, Math.floor((top + rows) / stripRows));
  const indexes = Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
  return indexes.map((index) => (
    <CropStrip
      key={index}
      src={stripAddress(buildId, sha1sum, index)}
      alt={index === first ? title : ''}
      transform={`translateX(calc(-1 * ${left})) scale(${scale}) translateY(${index * stripRows - top}px)`}
      onColumns={onColumns}
    />
  ));
}

/** Waits in the crop: a lazy image that lies far outside of its window is never loaded. */
function CropStrip({
  src,
  alt,
  transform,
  onColumns,
}: {
  src: string;
  alt: string;
  transform: string;
  onColumns: (columns: number) => void;
}) {
  const [isLoaded, setLoaded] = useState(false);
  return (
    <img
      src={src}
      alt={alt}
      loading="lazy"
      decoding="async"
      draggable={false}
      onLoad={(event) => {
        setLoaded(true);
        onColumns(event.currentTarget.naturalWidth);
      }}
      style={isLoaded ? { transform } : { opacity: 0 }}
    />
  );
}
