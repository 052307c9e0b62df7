import { dealer, inks, oneStep, oneStepAll } from './change.ts';
import type { Change } from './change.ts';

interface Line {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  width: number;
  /** Additional attributes. */
  dress?: string;
}

function line({ x1, y1, x2, y2, width, dress = '' }: Line, ink: string): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${ink}" stroke-width="${width}" ${dress}/>`;
}

const dresses = {
  solid: '',
  dashed: 'stroke-dasharray="4 3"',
  'finely dashed': 'stroke-dasharray="2 2"',
  dotted: 'stroke-dasharray="0 4" stroke-linecap="round"',
  'finely dotted': 'stroke-dasharray="1 1"',
  round: 'stroke-linecap="round"',
} as const;

/** Rules, borders, underlines, dashes and dots, and lines at every angle. */
export function lineChanges(device: number): Change[] {
  const changes: Change[] = [];
  const ink = dealer(inks, 5);
  const add = (what: string, before: Line, after: Line, more: { after?: string } = {}): void => {
    const [fill, background] = ink();
    changes.push({
      family: 'line',
      name: `${what}, ${fill} on ${background}`,
      before: line(before, fill),
      after: line(after, more.after ?? fill),
      background,
    });
  };
  for (const [dress, attributes] of Object.entries(dresses)) {
    for (const width of [0.5, 1, 1.5, 2, 3, 4]) {
      for (const y of [20, 20.5, 20.3]) {
        for (const isUpright of [false, true]) {
          const at = (from: number, to: number, across: number): Line =>
            isUpright
              ? { x1: across, y1: from, x2: across, y2: to, width, dress: attributes }
              : { x1: from, y1: across, x2: to, y2: across, width, dress: attributes };
          const base = at(8, 40, y);
          const name = `${dress} ${isUpright ? 'upright' : 'level'} line ${width} px at ${y}`;
          add(`${name} moved across`, base, at(8, 40, y + device));
          add(`${name} moved along`, base, at(8 + device, 40 + device, y));
          add(`${name} longer`, base, at(8, 40 + device, y));
          add(`${name} thicker`, base, { ...base, width: width + device });
        }
      }
    }
  }
  for (const [dash, other] of [
    ['4 3', '5 3'],
    ['4 3', '4 4'],
    ['2 2', '3 2'],
    ['1 2', '1 3'],
    ['0 4', '0 5'],
    ['4 3', 'none'],
    ['1 1', '2 2'],
  ] as const) {
    for (const width of [1, 2, 3]) {
      const base = { x1: 8, y1: 20.5, x2: 52, y2: 20.5, width };
      add(
        `dashes ${dash} → ${other}, ${width} px`,
        {
          ...base,
          dress: `stroke-dasharray="${dash}" stroke-linecap="${dash.startsWith('0') ? 'round' : 'butt'}"`,
        },
        {
          ...base,
          dress: `stroke-dasharray="${other}" stroke-linecap="${dash.startsWith('0') ? 'round' : 'butt'}"`,
        },
      );
      add(
        `dashes ${dash} shifted, ${width} px`,
        { ...base, dress: `stroke-dasharray="${dash}"` },
        { ...base, dress: `stroke-dasharray="${dash}" stroke-dashoffset="${device}"` },
      );
    }
  }
  for (let angle = 3; angle < 180; angle += 7) {
    for (const width of [1, 1.5, 2, 3]) {
      const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
      const slanted = (x: number, y: number, turn = 0, length = 19): Line => {
        const [c, s] =
          turn === 0
            ? [cos, sin]
            : [Math.cos(((angle + turn) * Math.PI) / 180), Math.sin(((angle + turn) * Math.PI) / 180)];
        return { x1: x - c * length, y1: y - s * length, x2: x + c * length, y2: y + s * length, width };
      };
      const base = slanted(32, 24);
      const name = `line at ${angle}°, ${width} px`;
      add(`${name} moved right`, base, slanted(32 + device, 24));
      add(`${name} moved down`, base, slanted(32, 24 + device));
      add(`${name} thicker`, base, { ...base, width: width + device });
      add(`${name} turned by 2°`, base, slanted(32, 24, 2));
      add(`${name} longer`, base, slanted(32, 24, 0, 19 + device));
      const [fill, background] = ink();
      changes.push(
        ...[oneStep(fill, 0), oneStep(fill, 1), oneStep(fill, 2), oneStepAll(fill)].map((next) => ({
          family: 'line',
          name: `${name}, ${fill} on ${background} → ${next}`,
          before: line(base, fill),
          after: line(base, next),
          background,
        })),
      );
    }
  }
  return changes;
}

/** Lines of charts: many points, moved by one device pixel, or one point of them. */
export function chartChanges(device: number): Change[] {
  const changes: Change[] = [];
  const ink = dealer(inks, 3);
  for (let chart = 0; chart < 24; chart++) {
    const heights = Array.from({ length: 9 }, (_, i) => 24 + 15 * Math.sin(i * (0.4 + chart * 0.11) + chart));
    for (const width of [1, 1.5, 2, 3]) {
      const points = (values: readonly number[], x = 0, y = 0) =>
        values.map((value, i) => `${(4 + i * 7 + x).toFixed(2)},${(value + y).toFixed(2)}`).join(' ');
      const [fill, background] = ink();
      const polyline = (at: string, style = `stroke-width="${width}"`) =>
        `<polyline points="${at}" fill="none" stroke="${fill}" ${style}/>`;
      const add = (what: string, after: string): void => {
        changes.push({
          family: 'chart',
          name: `line ${chart}, ${width} px, ${fill} on ${background} ${what}`,
          before: polyline(points(heights)),
          after,
          background,
        });
      };
      add('moved up', polyline(points(heights, 0, -device)));
      add('moved right', polyline(points(heights, device, 0)));
      add('thicker', polyline(points(heights), `stroke-width="${width + device}"`));
      add(
        'one point 2 px higher',
        polyline(points(heights.map((value, i) => (i === 4 ? value - 2 : value)))),
      );
      add('half the points', polyline(points(heights), `stroke-width="${width}" stroke-dasharray="5 2"`));
    }
  }
  return changes;
}
