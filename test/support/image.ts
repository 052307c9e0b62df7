import sharp from 'sharp';

/** A decoded image, for asking what is where. */
export interface Image {
  width: number;
  height: number;
  /** `#rrggbb` of a pixel. */
  colour(x: number, y: number): string;
}

export async function decodeImage(bytes: Uint8Array): Promise<Image> {
  const { data, info } = await sharp(bytes, { limitInputPixels: false })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return {
    width: info.width,
    height: info.height,
    colour: (x, y) => {
      const start = (y * info.width + x) * 3;
      return `#${data.subarray(start, start + 3).toString('hex')}`;
    },
  };
}
