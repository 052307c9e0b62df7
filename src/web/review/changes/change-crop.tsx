import { stripCount, stripRows } from '../../../domain/artifacts/image-pieces.ts';
import { rem, useTextScale } from '../../kit/text-scale.ts';
import { stripAddress } from '../images/image-addresses.ts';
import type { ChangeSample } from './change-words.ts';

/** Pixels around the change that are shown with it. */
const margin = 16;

/** The part of both images that has the change, side by side; hatched where one of them has none. */
export function ChangeCrops({
  buildId,
  sample,
  size,
}: {
  buildId: number;
  sample: ChangeSample;
  /** CSS pixels of each crop, at the usual font size. */
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
  const left = Math.max(0, box.left - margin);
  const top = Math.max(0, box.top - margin);
  const width = box.left + box.width + margin - left;
  const height = box.top + box.height + margin - top;
  const room = { width: size.width * textScale, height: size.height * textScale };
  const scale = Math.min(1, Math.max(0.25, Math.min(room.width / width, room.height / height)));
  return (
    <span className="change-crop" style={boxOf(size)} data-side={title}>
      <CropImages
        {...{ buildId, sha1sum, imageRows, left, top, scale, title }}
        rows={Math.min(height, room.height / scale)}
      />
    </span>
  );
}

function CropImages({
  buildId,
  sha1sum,
  imageRows,
  left,
  top,
  rows,
  scale,
  title,
}: {
  buildId: number;
  sha1sum: string;
  imageRows: number;
  left: number;
  top: number;
  rows: number;
  scale: number;
  title: string;
}) {
  // An image that is not tall is its own only strip.
  const lastStrip = stripCount({ width: 1, height: imageRows }) - 1;
  const first = Math.min(lastStrip, Math.floor(top / stripRows));
  const last = Math.min(lastStrip, Math.floor((top + rows) / stripRows));
  const indexes = Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
  return indexes.map((index) => (
    <img
      key={index}
      src={stripAddress(buildId, sha1sum, index)}
      alt={index === first ? title : ''}
      loading="lazy"
      decoding="async"
      draggable={false}
      style={{
        transform: `scale(${scale}) translate(${-left}px, ${index * stripRows - top}px)`,
      }}
    />
  ));
}
