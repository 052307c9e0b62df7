/** Finds sections of the manual. */
import MiniSearch from 'minisearch';

/** A section of a page. */
export interface SearchEntry {
  page: string;
  title: string;
  /** Relative to the root of the site, with the anchor. */
  address: string;
  text: string;
}

export interface Found extends SearchEntry {
  /** An excerpt around the first match. */
  excerpt: string;
}

const maxFound = 20;
const excerptLength = 140;

/** @returns the search: sections with all words, else those with some */
export function makeSearch(entries: readonly SearchEntry[]): (query: string) => Found[] {
  const index = new MiniSearch<SearchEntry & { id: number }>({
    fields: ['title', 'page', 'text'],
    searchOptions: {
      boost: { title: 4, page: 2 },
      prefix: (term) => term.length > 1,
      fuzzy: (term) => (term.length > 4 ? 0.2 : false),
    },
  });
  index.addAll(entries.map((entry, id) => ({ ...entry, id })));
  return (query) => {
    const all = index.search(query, { combineWith: 'AND' });
    const results = all.length > 0 ? all : index.search(query);
    return results.slice(0, maxFound).map(({ id, terms }) => {
      const entry = entries[id as number]!;
      return { ...entry, excerpt: excerptOf(entry.text, terms) };
    });
  };
}

function excerptOf(text: string, words: readonly string[]): string {
  const lower = text.toLowerCase();
  const places = words.map((word) => lower.indexOf(word)).filter((place) => place >= 0);
  const first = places.length === 0 ? 0 : Math.min(...places);
  const start = first < 40 ? 0 : text.indexOf(' ', first - 40) + 1;
  const piece = text.slice(start, start + excerptLength);
  return `${start > 0 ? '… ' : ''}${piece}${start + excerptLength < text.length ? ' …' : ''}`;
}
