/** Draws many cells at once and cuts them apart: thousands of small images in the time of a few large ones. */
import sharp from 'sharp';
import type { PlainPixels } from '../../support/png-writer.ts';
import { cell } from './change.ts';

const cellsPerRow = 24;
const cellsPerSheet = 960;

export interface Drawing {
  drawing: string;
  background: string;
}

/** One sheet of cells as SVG with its size in pixels; `scale` is device pixels per CSS pixel. */
function drawSheet(
  drawings: readonly Drawing[],
  scale: number,
): { svg: string; width: number; height: number } {
  const rows = Math.ceil(drawings.length / cellsPerRow);
  const [width, height] = [cellsPerRow * cell.width, rows * cell.height];
  const cells = drawings.map(({ drawing, background }, index) => {
    const [x, y] = [(index % cellsPerRow) * cell.width, Math.floor(index / cellsPerRow) * cell.height];
    return (
      `<svg x="${x}" y="${y}" width="${cell.width}" height="${cell.height}" overflow="hidden">` +
      `<rect width="${cell.width}" height="${cell.height}" fill="${background}" shape-rendering="crispEdges"/>${drawing}</svg>`
    );
  });
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width * scale}" height="${height * scale}" ` +
    `viewBox="0 0 ${width} ${height}">${cells.join('')}</svg>`;
  return { svg, width: width * scale, height: height * scale };
}

/** Turns SVG into pixels: librsvg unless another renderer is given. */
export type RenderSheet = (svg: string, width: number, height: number) => Promise<PlainPixels>;

const renderWithLibrsvg: RenderSheet = async (svg) => {
  const { data, info } = await sharp(Buffer.from(svg), { unlimited: true })
    .flatten({ background: '#ffffff' })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: 3, data };
};

/** One image per drawing, in order. */
export async function renderCells(
  drawings: readonly Drawing[],
  scale: number,
  render: RenderSheet = renderWithLibrsvg,
): Promise<PlainPixels[]> {
  const images: PlainPixels[] = [];
  for (let start = 0; start < drawings.length; start += cellsPerSheet) {
    const part = drawings.slice(start, start + cellsPerSheet);
    const { svg, width, height } = drawSheet(part, scale);
    const sheet = await render(svg, width, height);
    part.forEach((_, index) => images.push(cutCell(sheet, index, scale)));
  }
  return images;
}

function cutCell(sheet: PlainPixels, index: number, scale: number): PlainPixels {
  const [width, height] = [cell.width * scale, cell.height * scale];
  return cutOut(sheet, {
    left: (index % cellsPerRow) * width,
    top: Math.floor(index / cellsPerRow) * height,
    width,
    height,
  });
}

/** A rectangle of an opaque image. */
export function cutOut(
  sheet: PlainPixels,
  { left, top, width, height }: { left: number; top: number; width: number; height: number },
): PlainPixels {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * sheet.width + left) * 3;
    data.set(sheet.data.subarray(from, from + width * 3), y * width * 3);
  }
  return { width, height, channels: 3, data };
}
