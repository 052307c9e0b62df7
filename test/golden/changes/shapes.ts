import { dealer, inks, moved, oneStep, oneStepAll } from './change.ts';
import type { Change } from './change.ts';

type Draw = (ink: string) => string;

/** A change of shape; both sides use the same ink. */
interface ShapeChange {
  name: string;
  before: Draw;
  after: Draw;
}

const rectangle =
  (x: number, y: number, width: number, height: number, radius: number, stroke = 0): Draw =>
  (ink) =>
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" ${stroke ? `fill="none" stroke="${ink}" stroke-width="${stroke}"` : `fill="${ink}"`}/>`;

const circle =
  (x: number, y: number, radius: number, stroke = 0): Draw =>
  (ink) =>
    `<circle cx="${x}" cy="${y}" r="${radius}" ${stroke ? `fill="none" stroke="${ink}" stroke-width="${stroke}"` : `fill="${ink}"`}/>`;

const polygon =
  (points: readonly (readonly [number, number])[], stroke = 0): Draw =>
  (ink) =>
    `<polygon points="${points.map(([x, y]) => `${x.toFixed(3)},${y.toFixed(3)}`).join(' ')}" ${stroke ? `fill="none" stroke="${ink}" stroke-width="${stroke}"` : `fill="${ink}"`}/>`;

const path =
  (d: string, stroke = 0): Draw =>
  (ink) =>
    `<path d="${d}" ${stroke ? `fill="none" stroke="${ink}" stroke-width="${stroke}" stroke-linecap="round" stroke-linejoin="round"` : `fill="${ink}"`}/>`;

const place =
  (draw: Draw, x: number, y: number): Draw =>
  (ink) =>
    moved(draw(ink), x, y);

const turned =
  (draw: Draw, degrees: number): Draw =>
  (ink) =>
    `<g transform="rotate(${degrees} 32 24)">${draw(ink)}</g>`;

const enlarged =
  (draw: Draw, size: number, by: number): Draw =>
  (ink) =>
    `<g transform="translate(20 12) scale(${(size + by) / size}) translate(-20 -12)">${draw(ink)}</g>`;

const corner = (sides: number, radius: number, turn: number) =>
  Array.from({ length: sides }, (_, i): readonly [number, number] => {
    const angle = ((turn + (360 / sides) * i) * Math.PI) / 180;
    return [32 + radius * Math.cos(angle), 24 + radius * Math.sin(angle)];
  });

const star = (points: number, outer: number, inner: number, turn = -90) =>
  Array.from({ length: points * 2 }, (_, i): readonly [number, number] => {
    const angle = ((turn + (180 / points) * i) * Math.PI) / 180;
    const radius = i % 2 === 0 ? outer : inner;
    return [32 + radius * Math.cos(angle), 24 + radius * Math.sin(angle)];
  });

function slice(radius: number, from: number, to: number, hole = 0): Draw {
  const at = (angle: number, r: number) =>
    `${(32 + r * Math.cos((angle * Math.PI) / 180)).toFixed(3)} ${(24 + r * Math.sin((angle * Math.PI) / 180)).toFixed(3)}`;
  const large = to - from > 180 ? 1 : 0;
  return path(
    hole === 0
      ? `M32 24L${at(from, radius)}A${radius} ${radius} 0 ${large} 1 ${at(to, radius)}Z`
      : `M${at(from, radius)}A${radius} ${radius} 0 ${large} 1 ${at(to, radius)}L${at(to, hole)}A${hole} ${hole} 0 ${large} 0 ${at(from, hole)}Z`,
  );
}

/** Drawings of 24 × 24 from 20, 12. */
const icons: Record<string, Draw> = {
  check: path('M23 25l6 6 12-13', 2),
  'thin check': path('M23 25l6 6 12-13', 1),
  cross: path('M24 16l16 16M40 16l-16 16', 2),
  plus: path('M32 15v18M23 24h18', 1.5),
  chevron: path('M27 16l8 8-8 8', 2),
  'caret down': path('M26 21h12l-6 7z'),
  'caret line': path('M32 14v20', 1),
  arrow: path('M22 24h19M34 17l7 7-7 7', 1.5),
  heart: path('M32 34C18 25 22 14 28 15c3 .5 4 3 4 3s1-2.500 4-3c6-1 10 10-4 19z'),
  search: path('M30 30a7.500 7.500 0 1 1 .1 0zM35.500 28.500l6 6', 1.8),
  menu: path('M22 18h20M22 24h20M22 30h20', 1.5),
  bell: path(
    'M24 30h16c-3-3-2-6-2.500-9a5.500 5.500 0 0 0-11 0c-.5 3 .5 6-2.500 9zM30 32.500a2 2 0 0 0 4 0',
    1.4,
  ),
  trash: path('M24 18h16M29 18v-3h6v3M26 18l1 16h10l1-16M30 22v8M34 22v8', 1.2),
  home: path('M22 25l10-9 10 9M25 23v10h14V23', 1.6),
  eye: path('M21 24c6-9 16-9 22 0-6 9-16 9-22 0zM35 24a3 3 0 1 1-.01-.5', 1.3),
  star: polygon(star(5, 11, 4.5)),
  'star outline': polygon(star(5, 10, 4.2), 1.2),
  gear: polygon(star(12, 11, 8.5)),
  drop: path('M32 13c6 8 8 11 8 14a8 8 0 0 1-16 0c0-3 2-6 8-14z'),
  flag: path('M25 35V14c5-3 9 3 15 0v11c-6 3-10-3-15 0', 1.5),
  spinner: path('M32 14a10 10 0 0 1 10 10', 2.5),
  radio: (ink) => circle(32, 24, 8, 1.5)(ink) + circle(32, 24, 4)(ink),
  avatar: (ink) =>
    `<circle cx="32" cy="24" r="11" fill="${ink}" fill-opacity=".3"/><circle cx="32" cy="21" r="4" fill="${ink}"/><path d="M24 31a8 6 0 0 1 16 0z" fill="${ink}"/>`,
};

function reshaped(device: number): ShapeChange[] {
  const found: ShapeChange[] = [];
  const add = (name: string, before: Draw, after: Draw) => found.push({ name, before, after });
  for (let radius = 0; radius <= 12; radius++) {
    for (const stroke of [0, 1, 2]) {
      for (const more of [1, 2]) {
        const half = stroke === 1 ? 0.5 : 0;
        add(
          `corner radius ${radius} → ${radius + more}${stroke ? `, border ${stroke} px` : ''}`,
          rectangle(8 + half, 8 + half, 40, 28, radius, stroke),
          rectangle(8 + half, 8 + half, 40, 28, radius + more, stroke),
        );
      }
      add(
        `pill ${20 + radius} px longer by one, ${stroke}`,
        rectangle(6, 12, 20 + radius, 10 + radius, 5 + radius / 2, stroke),
        rectangle(6, 12, 20 + radius + device, 10 + radius, 5 + radius / 2, stroke),
      );
    }
  }
  for (const radius of [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12, 16]) {
    for (const stroke of [0, 1, 2, 3]) {
      for (const [x, y] of [
        [32, 24],
        [32.5, 24.5],
        [32.2, 24.7],
      ] as const) {
        const name = `${stroke ? `ring ${stroke} px` : 'dot'} radius ${radius} at ${x}`;
        const base = circle(x, y, radius, stroke);
        add(`${name} radius + 1`, base, circle(x, y, radius + 1, stroke));
        add(`${name} one pixel wider`, base, circle(x, y, radius + device / 2, stroke));
        add(`${name} moved right`, base, circle(x + device, y, radius, stroke));
        add(`${name} moved down`, base, circle(x, y + device, radius, stroke));
        add(`${name} moved both ways`, base, circle(x + device, y + device, radius, stroke));
        if (stroke) add(`${name} thicker`, base, circle(x, y, radius, stroke + device));
      }
    }
  }
  for (const radius of [5, 8, 11, 14, 18, 22]) {
    for (const turn of [2, 3, 5, 10]) {
      for (const stroke of [0, 1.5]) {
        for (const [sides, from] of [
          [4, 0],
          [4, 45],
          [3, 30],
          [6, 0],
          [4, 20],
        ] as const) {
          add(
            `${sides} corners at ${from}°, radius ${radius}, ${stroke} turned by ${turn}°`,
            polygon(corner(sides, radius, from), stroke),
            polygon(corner(sides, radius, from + turn), stroke),
          );
        }
      }
    }
    for (const to of [20, 90, 135, 200, 300, 355]) {
      for (const hole of [0, radius * 0.6]) {
        for (const more of [3, 5]) {
          add(
            `pie radius ${radius}, ${hole ? 'ring' : 'full'} to ${to}° by ${more}°`,
            slice(radius, -90, to - 90, hole),
            slice(radius, -90, to - 90 + more, hole),
          );
        }
      }
    }
  }
  for (const [name, icon] of Object.entries(icons)) {
    add(`${name} moved right`, icon, place(icon, device, 0));
    add(`${name} moved down`, icon, place(icon, 0, device));
    add(`${name} moved both ways`, icon, place(icon, -device, -device));
    for (const size of [24, 32, 48])
      add(`${name} larger at ${size}`, enlarged(icon, 24, size - 24), enlarged(icon, 24, size - 24 + 1));
    add(`${name} turned by 3°`, icon, turned(icon, 3));
    add(`${name} gone`, icon, () => '');
  }
  const field = rectangle(12, 14, 38, 20, 4, 1);
  const ring =
    (inset: number, width: number, opacity = 1, radius = 6): Draw =>
    (ink) =>
      `<g opacity="${opacity}">${rectangle(12 - inset, 14 - inset, 38 + 2 * inset, 20 + 2 * inset, radius, width)(ink)}</g>`;
  for (const opacity of [1, 0.5, 0.25, 0.12]) {
    for (const width of [1, 1.5, 2, 3]) {
      const name = `focus ring ${width} px, opacity ${opacity}`;
      const focused: Draw = (ink) => field(ink) + ring(2, width, opacity)(ink);
      add(`${name} shown`, field, focused);
      add(`${name} thicker`, focused, (ink) => field(ink) + ring(2, width + device, opacity)(ink));
      add(`${name} further out`, focused, (ink) => field(ink) + ring(2 + device, width, opacity)(ink));
      add(`${name} rounder`, focused, (ink) => field(ink) + ring(2, width, opacity, 8)(ink));
    }
  }
  return found;
}

/** Buttons, dots, pills, rings, pies, turned shapes, icons and focus rings, in two inks each. */
export function shapeChanges(device: number): Change[] {
  const ink = dealer(inks, 5);
  return reshaped(device).flatMap(({ name, before, after }) =>
    [0, 1].map(() => {
      const [fill, background] = ink();
      return {
        family: 'shape',
        name: `${name}, ${fill} on ${background}`,
        before: before(fill),
        after: after(fill),
        background,
      };
    }),
  );
}

/** The same shapes, one color step further. */
export function colourChanges(): Change[] {
  const shapes: Record<string, Draw> = {
    ...icons,
    square: rectangle(20, 14, 20, 16, 0),
    button: rectangle(10, 10, 40, 24, 6),
    outline: rectangle(10.5, 10.5, 40, 24, 6, 1),
    dot: circle(32.3, 24.6, 2),
    speck: circle(32.3, 24.6, 0.6),
    ring: circle(32, 24, 8, 1),
  };
  return Object.entries(shapes).flatMap(([name, draw]) =>
    inks.flatMap(([fill, background]) =>
      [oneStep(fill, 0), oneStep(fill, 1), oneStep(fill, 2), oneStepAll(fill)].map((next) => ({
        family: 'colour',
        name: `${name} ${fill} → ${next} on ${background}`,
        before: draw(fill),
        after: draw(next),
        background,
      })),
    ),
  );
}
