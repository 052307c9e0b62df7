import { escapeHtml } from '../../base/html-text.ts';

/** HTML built by {@link html}. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

type Piece = Html | string | number | null | readonly Piece[];

/** A template that escapes its values unless they are {@link html} themselves. Lists are joined; null renders nothing. */
export function html(strings: TemplateStringsArray, ...values: Piece[]): Html {
  return new Html(
    strings.map((text, index) => text + (index < values.length ? markupOf(values[index]!) : '')).join(''),
  );
}

function markupOf(piece: Piece): string {
  if (piece === null) return '';
  if (piece instanceof Html) return piece.markup;
  if (typeof piece === 'object') return piece.map(markupOf).join('');
  return escapeHtml(String(piece));
}

export function page(title: string, content: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Depicted</title>
        <link rel="stylesheet" href="/static/plain.css" />
      </head>
      <body>
        <header><a href="/">dpxdt</a></header>
        <main>${content}</main>
      </body>
    </html> `.markup;
}
