/** Highlight colors for changed pixels. */
export const highlightColours = {
  magenta: '#ff2d9b',
  cyan: '#0096b0',
  orange: '#e8590c',
} as const;

/** Color of forgiven pixels; distinct from all highlight colors. */
export const forgivenColour = '#005aff';

export type HighlightName = keyof typeof highlightColours;

/** Lines of a second hue in each color: a fill that is gray to some eyes stays apart from a gray page. */
const hatchColours: Readonly<Record<string, string>> = {
  [highlightColours.magenta]: '#1b2bd6',
  [highlightColours.cyan]: '#7a2e00',
  [highlightColours.orange]: '#123a9c',
};
/** Pixels from one line to the next, and across a line. */
const hatch = { period: 16, thickness: 3 };

/** Recolours the opaque pixels of a bitmap. Closes the given bitmap. */
export function tint(bitmap: ImageBitmap, colour: string): ImageBitmap {
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  context.globalCompositeOperation = 'source-in';
  context.fillStyle = colour;
  context.fillRect(0, 0, canvas.width, canvas.height);
  const lines = hatchColours[colour];
  if (lines !== undefined) {
    context.globalCompositeOperation = 'source-atop';
    context.fillStyle = hatchPattern(context, lines);
    context.fillRect(0, 0, canvas.width, canvas.height);
  }
  return canvas.transferToImageBitmap();
}

/** Diagonal lines on nothing. The period divides the rows of a strip, so that lines continue from one to the next. */
function hatchPattern(context: OffscreenCanvasRenderingContext2D, colour: string): CanvasPattern {
  const { period, thickness } = hatch;
  const tile = new OffscreenCanvas(period, period);
  const drawing = tile.getContext('2d')!;
  drawing.strokeStyle = colour;
  drawing.lineWidth = thickness;
  drawing.beginPath();
  for (const offset of [-period, 0, period]) {
    drawing.moveTo(offset - 1, period + 1);
    drawing.lineTo(offset + period + 1, -1);
  }
  drawing.stroke();
  return context.createPattern(tile, 'repeat')!;
}
