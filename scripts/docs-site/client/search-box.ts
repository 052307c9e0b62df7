import { makeSearch, type Found, type SearchEntry } from './search.ts';

type Search = ReturnType<typeof makeSearch>;

/** The text of all pages, as a script, so that it also loads for pages opened from disk. */
const entriesScript = 'assets/search-entries.js';

/** The search field in the header: `/` focuses it, arrow keys move through the results, Escape closes them. */
export function setUpSearch(): void {
  const box = document.querySelector<HTMLElement>('.search')!;
  const field = box.querySelector('input')!;
  const panel = box.querySelector<HTMLElement>('.found')!;
  const list = panel.querySelector('ol')!;
  const count = panel.querySelector<HTMLElement>('.count')!;
  const root = document.documentElement.dataset['root']!;
  let search: Promise<Search> | null = null;
  const load = () => (search ??= loadEntries(root).then(makeSearch));

  const links = () => [...list.querySelectorAll('a')];
  const close = () => {
    panel.hidden = true;
    field.setAttribute('aria-expanded', 'false');
  };

  async function show(): Promise<void> {
    const query = field.value.trim();
    if (query === '') return close();
    let text: string;
    try {
      const found = (await load())(query);
      if (query !== field.value.trim()) return;
      list.replaceChildren(...found.map((one) => itemOf(one, root)));
      text =
        found.length === 0
          ? `Nothing found for “${query}”.`
          : `${found.length} ${found.length === 1 ? 'section' : 'sections'}`;
    } catch {
      search = null;
      list.replaceChildren();
      text = 'The search index could not be loaded. Reload the page to try again.';
    }
    count.textContent = text;
    panel.hidden = false;
    field.setAttribute('aria-expanded', 'true');
  }

  function move(step: number): void {
    const stops = [field, ...links()];
    const at = stops.indexOf(document.activeElement as HTMLAnchorElement);
    stops[(at + step + stops.length) % stops.length]!.focus();
  }

  box.hidden = false;
  field.addEventListener('focus', () => void load().catch(() => (search = null)));
  field.addEventListener('input', () => void show());
  box.addEventListener('submit', (event) => {
    event.preventDefault();
    links()[0]?.click();
  });
  box.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === 'Escape') {
      close();
      field.focus();
    } else return;
    event.preventDefault();
  });
  box.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !box.contains(relatedTarget)) close();
  });
  list.addEventListener('click', close);
  document.addEventListener('pointerdown', ({ target }) => {
    if (target instanceof Node && !box.contains(target)) close();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
}

function itemOf({ title, page, address, excerpt }: Found, root: string): HTMLLIElement {
  const item = document.createElement('li');
  const link = document.createElement('a');
  link.href = root + address;
  for (const [name, text] of [
    ['title', title],
    ['page', page === title ? '' : page],
    ['excerpt', excerpt],
  ] as const) {
    if (text === '') continue;
    const part = document.createElement('span');
    part.className = name;
    part.textContent = text;
    link.append(part);
  }
  item.append(link);
  return item;
}

function loadEntries(root: string): Promise<readonly SearchEntry[]> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = root + entriesScript;
    script.addEventListener('load', () =>
      resolve((globalThis as unknown as { searchEntries: readonly SearchEntry[] }).searchEntries),
    );
    script.addEventListener('error', () => reject(new Error('the search index did not load')));
    document.head.append(script);
  });
}
