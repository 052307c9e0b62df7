/** Highlight colors for changed pixels. */
export const highlightColours = {
  magenta: '#ff2d9b',
  cyan: '#0096b0',
  orange: '#e8590c',
} as const;

/** Color of forgiven pixels; distinct from all highlight colors. */
export const forgivenColour = '#005aff';

export type HighlightName = keyof typeof highlightColours;

/** Recolours the opaque pixels of a bitmap. Closes the given bitmap. */
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
