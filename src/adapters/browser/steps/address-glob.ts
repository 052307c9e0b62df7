import { RE2JS } from 're2js';

/**
 * Whether an address matches a glob as Playwright writes them: `*` is anything but a slash, `**` anything, `{a,b}` one
 * of both. A glob that is not a whole address belongs to the origin of the page. Takes time linear in its length.
 */
export function matchesGlob(glob: string, address: string): boolean {
  const isRelative = !/^(\*|[a-z][a-z0-9+.-]*:)/i.test(glob);
  const whole = isRelative && URL.canParse(address) ? resolved(glob, address) : glob;
  return RE2JS.compile(`^${expressionOf(whole)}$`).matches(address);
}

function resolved(glob: string, address: string): string {
  const { origin, pathname } = new URL(address);
  return glob.startsWith('/') ? `${origin}${glob}` : `${origin}${pathname.replace(/[^/]*$/, '')}${glob}`;
}

function expressionOf(glob: string): string {
  return glob.replace(/\*\*\/?|\{[^{}]*\}|[^]/g, (part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    if (part.length < 2) return RE2JS.quote(part);
    return `(?:${part.slice(1, -1).split(',').map(expressionOf).join('|')})`;
  });
}
