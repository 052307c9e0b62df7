/** What S3 answers, in XML. */

export interface ListedObject {
  key: string;
  /** Bytes. */
  size: number;
  /** Epoch ms, in whole seconds for some servers. */
  modifiedAt: number;
}

export interface ListPage {
  objects: ListedObject[];
  /** Of the next page; null for the last one. */
  token: string | null;
}

/** The code of an error, such as `NoSuchKey`; null if the answer is not one of S3. */
export function errorCodeOf(xml: string): string | null {
  return /<Error\b/.test(xml) ? textOf(xml, 'Code') : null;
}

/** @throws Error for anything but a page of a listing */
export function readListPage(xml: string): ListPage {
  const isTruncated = textOf(xml, 'IsTruncated');
  if (isTruncated === null) throw new Error('The answer is not a listing.');
  const objects = [...xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, object]) => {
    const size = Number(textOf(object!, 'Size'));
    const modifiedAt = Date.parse(textOf(object!, 'LastModified') ?? '');
    const key = textOf(object!, 'Key');
    if (key === null || !Number.isSafeInteger(size) || !Number.isFinite(modifiedAt)) {
      throw new Error('An object of the listing cannot be read.');
    }
    return { key, size, modifiedAt };
  });
  const token = isTruncated === 'true' ? textOf(xml, 'NextContinuationToken') : null;
  if (isTruncated === 'true' && token === null)
    throw new Error('The listing does not say where its next page begins.');
  return { objects, token };
}

/** Text of the first element of that name. */
export function textOf(xml: string, name: string): string | null {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text === undefined ? null : decoded(text);
}

const named: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function decoded(text: string): string {
  return text.replace(
    /&(?:(lt|gt|quot|apos|amp)|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi,
    (whole, name, decimal, hex) => {
      if (name !== undefined) return named[String(name).toLowerCase()] ?? whole;
      const code = decimal === undefined ? parseInt(String(hex), 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
