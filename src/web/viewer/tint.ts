/** Colours that changed pixels can be shown in. */
export const highlightColours = {
  magenta: '#ff2d9b',
  cyan: '#0096b0',
  orange: '#e8590c',
} as const;

/** Colour of pixels that differ and do not count; none of the others, so that nobody takes one for the other. */
export const forgivenColour = '#005aff';

export type HighlightName = keyof typeof highlightColours;

/** The opaque pixels of a bitmap in one colour. Closes the bitmap it is given. */
export function tint(bitmap: ImageBitmap, colour: string): ImageBitmap {
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  context.globalCompositeOperation = 'source-in';
  context.fillStyle = colour;
  context.fillRect(0, 0, canvas.width, canvas.height);
  return canvas.transferToImageBitmap();
}
