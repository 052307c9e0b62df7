/** How the pages of the determinism study are written. */

export const words =
  'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau'.split(
    ' ',
  );

/** Text that is the same every time. */
export function text(count: number, seed = 1): string {
  return Array.from(
    { length: count },
    (_, i) => words[(i * 7 + seed * 3 + ((i * i) % 5)) % words.length],
  ).join(' ');
}

export const repeat = (count: number, make: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => make(i)).join('');

const style = `<style>
  body { font: 15px/1.5 sans-serif; margin: 24px; color: #222 }
  .card { border: 1px solid #ccd; border-radius: 8px; padding: 12px; margin: 8px 0; box-shadow: 0 2px 6px #0002 }
  .grid { display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px }
  img { max-width: 100% }
</style>`;

export const page = (body: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8">${style}${body}</html>`;
