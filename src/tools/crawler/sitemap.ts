/** Reads addresses from sitemaps (sitemaps.org): XML or plain text, compressed or not, and indexes of them. */

import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Parser } from 'htmlparser2';
import { AppError } from '../../base/errors.ts';
import { redirectTarget } from './page-reader.ts';
import type { SiteRequests } from './site-requests.ts';

export interface SitemapLimits {
  /** Decompressed bytes of one sitemap. */
  bytes: number;
  /** Maximum number of sitemaps, indexes included. */
  files: number;
  /** Maximum number of addresses. */
  addresses: number;
}

const sitemapLimits: SitemapLimits = { bytes: 50 * 2 ** 20, files: 200, addresses: 100_000 };

export interface SitemapAddresses {
  addresses: string[];
  /** What was left out, in sentences. */
  notices: string[];
}

interface Source {
  /** A URL, or a file's path. */
  name: string;
  isOfIndex: boolean;
}

interface Entries {
  pages: string[];
  sitemaps: string[];
}

const maxRedirects = 5;

/**
 * The addresses of some sitemaps, in their order.
 *
 * @param sources URLs, or paths of files relative to the current folder
 * @param siteOrigin an index may name sitemaps on this origin or on the index's origin
 * @throws AppError `unprocessable` when one that the caller named cannot be read
 */
export async function readSitemaps(
  sources: readonly string[],
  siteOrigin: string,
  currentFolder: string,
  requests: SiteRequests,
  limits: SitemapLimits = sitemapLimits,
): Promise<SitemapAddresses> {
  const waiting: Source[] = sources.map((name) => ({ name, isOfIndex: false }));
  const addresses = new Set<string>();
  const notices: string[] = [];
  const seen = new Set<string>();
  for (let source = waiting.shift(); source !== undefined; source = waiting.shift()) {
    if (seen.has(source.name)) continue;
    seen.add(source.name);
    if (seen.size > limits.files) {
      notices.push(`Only the first ${limits.files} sitemaps were read.`);
      break;
    }
    const { name, isOfIndex } = source;
    let entries: Entries;
    try {
      entries = await readEntries(await openSource(name, currentFolder, requests), limits.bytes);
    } catch (error) {
      if (!(error instanceof SitemapProblem)) throw error;
      const sentence = `The sitemap ${name} could not be read: ${error.message}`;
      if (!isOfIndex) throw new AppError('unprocessable', sentence, { cause: error });
      notices.push(sentence);
      continue;
    }
    const base = isWebAddress(name) ? name : siteOrigin;
    // Paths alone belong to the site that the sitemap names, if it names one.
    const site = entries.pages.find((address) => isWebAddress(address)) ?? base;
    for (const address of entries.pages) {
      const absolute = URL.parse(address, site)?.href;
      if (absolute !== undefined && addresses.size < limits.addresses) addresses.add(absolute);
    }
    if (isOfIndex && entries.sitemaps.length > 0) {
      notices.push(`${name} is an index inside an index; its sitemaps were not read.`);
      continue;
    }
    const children = sitemapsOfIndex(entries.sitemaps, base, siteOrigin);
    notices.push(...children.notices);
    waiting.push(...children.urls.map((url) => ({ name: url.href, isOfIndex: true })));
  }
  if (addresses.size >= limits.addresses) {
    notices.push(
      `Only the first ${limits.addresses.toLocaleString('en-US')} addresses of the sitemaps were used.`,
    );
  }
  return { addresses: [...addresses], notices };
}

/**
 * Sitemaps name public addresses; a copy of the site elsewhere has the same paths. If all addresses are on one other
 * host, they are moved to the origin of the crawl.
 */
export function onOrigin(addresses: readonly string[], origin: string): { urls: URL[]; notices: string[] } {
  const urls = addresses.map((address) => URL.parse(address)).filter((url) => url !== null);
  const { host } = new URL(origin);
  const [named, ...others] = new Set(urls.map((url) => url.origin));
  if (named === undefined || others.length > 0 || urls.some((url) => url.host === host)) {
    return { urls, notices: [] };
  }
  return {
    urls: urls.map((url) => new URL(url.pathname + url.search, origin)),
    notices: [`The sitemap names ${named}; its pages are read from ${origin}.`],
  };
}

/** The sitemaps of an index, on the origin of the crawl or of the index; those of a public site's index moved to its copy. */
function sitemapsOfIndex(
  sitemaps: readonly string[],
  base: string,
  siteOrigin: string,
): { urls: URL[]; notices: string[] } {
  const named = sitemaps.map((address) => URL.parse(address, base)).filter((url) => url !== null);
  const allowed = [siteOrigin, new URL(base).origin];
  const isAllowed = ({ origin }: URL): boolean => allowed.includes(origin);
  if (!named.some(isAllowed) && new Set(named.map((url) => url.origin)).size === 1) {
    const urls = named.map((url) => new URL(url.pathname + url.search, siteOrigin));
    return {
      urls,
      notices: [`The index names sitemaps on ${named[0]!.origin}; they are read from ${siteOrigin}.`],
    };
  }
  return {
    urls: named.filter(isAllowed),
    notices: named
      .filter((url) => !isAllowed(url))
      .map((url) => `The sitemap ${url.href.slice(0, 200)} is on another host and was not read.`),
  };
}

function isWebAddress(name: string): boolean {
  return /^https?:\/\//i.test(name);
}

class SitemapProblem extends Error {}

type Bytes = AsyncIterable<Uint8Array>;

async function openSource(name: string, currentFolder: string, requests: SiteRequests): Promise<Bytes> {
  const url = isWebAddress(name) ? URL.parse(name) : null;
  if (url === null) return createReadStream(resolve(currentFolder, name));
  let current = url;
  for (let hops = 0; hops <= maxRedirects; hops++) {
    const { response, failure } = await requests.get(current);
    if (response === null) throw new SitemapProblem(failure.message);
    const target = redirectTarget(response, current);
    if (target === null) {
      if (response.ok && response.body !== null) return response.body;
      await response.body?.cancel();
      throw new SitemapProblem(`It returned status ${response.status}.`);
    }
    await response.body?.cancel();
    if (target.hostname !== current.hostname) {
      throw new SitemapProblem(`It redirects to another host, ${target.href}.`);
    }
    current = target;
  }
  throw new SitemapProblem(`There were more than ${maxRedirects} redirects.`);
}

async function readEntries(source: Bytes, maxBytes: number): Promise<Entries> {
  const entries: Entries = { pages: [], sitemaps: [] };
  const decoder = new TextDecoder();
  let parser: Parser | null = null;
  let lines = '';
  let bytes = 0;
  const read = (text: string): void => {
    if (parser !== null) return void parser.write(text);
    lines = lines === '' ? text.trimStart() : lines + text;
    if (lines.startsWith('<')) {
      parser = sitemapParser(entries);
      parser.write(lines);
      lines = '';
    }
  };
  try {
    for await (const chunk of await unpacked(source)) {
      bytes += chunk.length;
      if (bytes > maxBytes)
        throw new SitemapProblem(`It is larger than ${Math.round(maxBytes / 2 ** 20)} MiB.`);
      read(decoder.decode(chunk, { stream: true }));
    }
  } catch (error) {
    if (error instanceof SitemapProblem) throw error;
    throw new SitemapProblem(`${(error as Error).message.replace(/\.$/, '')}.`);
  }
  read(decoder.decode());
  (parser as Parser | null)?.end();
  const addresses = lines.split(/\r?\n/).map((line) => line.trim());
  entries.pages.push(...addresses.filter((line) => URL.canParse(line) || line.startsWith('/')));
  if (entries.pages.length + entries.sitemaps.length === 0) {
    throw new SitemapProblem('It contains no address.');
  }
  return entries;
}

/** Decompresses data that starts like gzip, regardless of its name. */
async function unpacked(source: Bytes): Promise<Bytes> {
  const chunks = source[Symbol.asyncIterator]();
  const first = await chunks.next();
  async function* all(): AsyncGenerator<Uint8Array> {
    if (first.done !== true) yield first.value;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
  }
  const isPacked = first.done !== true && first.value[0] === 0x1f && first.value[1] === 0x8b;
  if (!isPacked) return all();
  const packed = Readable.from(all());
  const gunzip = createGunzip();
  packed.once('error', (error) => gunzip.destroy(error));
  return packed.pipe(gunzip);
}

/** Reads `url/loc` and `sitemap/loc`; `image:loc` and other extensions are not pages. */
function sitemapParser(entries: Entries): Parser {
  const path: string[] = [];
  let text = '';
  return new Parser(
    {
      onopentag: (name) => {
        path.push(name);
        text = '';
      },
      ontext: (part) => {
        if (path.at(-1) === 'loc' && text.length < 4_096) text += part;
      },
      onclosetag: (name) => {
        path.pop();
        if (name !== 'loc') return;
        const address = text.trim();
        if (path.at(-1) === 'url') entries.pages.push(address);
        if (path.at(-1) === 'sitemap') entries.sitemaps.push(address);
      },
    },
    { xmlMode: true },
  );
}
