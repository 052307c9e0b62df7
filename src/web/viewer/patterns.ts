/** Repeating grounds, drawn once. The same in both themes, because images are. */

const patterns = new Map<string, CanvasPattern>();

function pattern(
  name: string,
  side: number,
  context: CanvasRenderingContext2D,
  draw: (tile: OffscreenCanvasRenderingContext2D) => void,
): CanvasPattern {
  const known = patterns.get(name);
  if (known !== undefined) return known;
  const tile = new OffscreenCanvas(side, side);
  draw(tile.getContext('2d')!);
  const made = context.createPattern(tile, 'repeat')!;
  patterns.set(name, made);
  return made;
}

export function checkerboard(context: CanvasRenderingContext2D): CanvasPattern {
  return pattern('checkerboard', 16, context, (tile) => {
    tile.fillStyle = '#ffffff';
    tile.fillRect(0, 0, 16, 16);
    tile.fillStyle = '#d5d8dc';
    tile.fillRect(0, 0, 8, 8);
    tile.fillRect(8, 8, 8, 8);
  });
}

export function hatching(context: CanvasRenderingContext2D): CanvasPattern {
  return pattern('hatching', 12, context, (tile) => {
    tile.fillStyle = '#c3c8ce';
    tile.fillRect(0, 0, 12, 12);
    tile.strokeStyle = '#8b929b';
    tile.lineWidth = 1.5;
    tile.beginPath();
    for (const offset of [-12, 0, 12]) {
      tile.moveTo(offset, 12);
      tile.lineTo(offset + 12, 0);
    }
    tile.stroke();
  });
}
