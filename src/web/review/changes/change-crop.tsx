import { useEffect, useRef, useState, type RefObject } from 'react';
import { stripCount, stripRows } from '../../../domain/artifacts/image-pieces.ts';
import { rem, useTextScale } from '../../kit/text-scale.ts';
import { stripAddress } from '../images/image-addresses.ts';
import { cropWindow, type CropWindow } from './crop-window.ts';
import type { ChangeSample } from './change-words.ts';

/** The part of both images that has the change, side by side; hatched where one of them has none. */
export function ChangeCrops({
  buildId,
  sample,
  size,
}: {
  buildId: number;
  sample: ChangeSample;
  /** CSS pixels of each crop, at the usual font size; where there is less room, it is narrower. */
  size: { width: number; height: number };
}) {
  const { before, after, image, refImage, imageRows, refImageRows } = sample;
  return (
    <span className="change-crops">
      <Crop
        buildId={buildId}
        sha1sum={refImage}
        imageRows={refImageRows}
        box={before}
        size={size}
        title="Before"
      />
      <Crop buildId={buildId} sha1sum={image} imageRows={imageRows} box={after} size={size} title="After" />
    </span>
  );
}

interface CropProps {
  buildId: number;
  sha1sum: string | null;
  imageRows: number | null;
  box: ChangeSample['before'];
  size: { width: number; height: number };
  title: string;
}

function boxOf({ width, height }: CropProps['size']) {
  return { width: rem(width), height: rem(height) };
}

function Crop({ buildId, sha1sum, imageRows, box, size, title }: CropProps) {
  const textScale = useTextScale();
  const crop = useRef<HTMLSpanElement>(null);
  const width = useLeastWidth(crop, size.width * textScale);
  const [imageColumns, setImageColumns] = useState<number | null>(null);
  if (sha1sum === null || imageRows === null || box === null) {
    return (
      <span
        className="change-crop change-nothing"
        style={boxOf(size)}
        role="img"
        aria-label={`${title}: not there`}
      />
    );
  }
  const room = { width, height: size.height * textScale };
  const shown = cropWindow(box, room, { width: imageColumns, rows: imageRows });
  return (
    <span ref={crop} className="change-crop" style={boxOf(size)} data-side={title}>
      <CropImages {...{ buildId, sha1sum, imageRows, shown, title }} onColumns={setImageColumns} />
    </span>
  );
}

/** The width of an element where it is less than that wanted. */
function useLeastWidth(element: RefObject<HTMLElement | null>, wanted: number): number {
  const [width, setWidth] = useState(wanted);
  useEffect(() => {
    if (element.current === null) return;
    const observer = new ResizeObserver(([entry]) => setWidth(entry!.contentRect.width || wanted));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element, wanted]);
  return Math.min(wanted, width);
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
