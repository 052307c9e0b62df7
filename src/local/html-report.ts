/** Puts a report's data and its most useful images into a single HTML page that opens from disk. */

import { createReadStream } from 'node:fs';
import { open, readFile, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  LocalReport,
  LocalTestResult,
  LocalTestState,
  ReportImage,
} from '../contract/files/local-report.ts';
import { AppError } from '../base/errors.ts';

const dataPlaceholder = /<script type="application\/json" id="dpxdt-report">\s*null\s*<\/script>/g;

/** A multiple of 3, so that the parts' base64 joins without padding. */
const chunkBytes = 3 * 64 * 1024;

/** Images of unchanged tests get at most this share of the budget; they only help to recognize the page. */
const sameShare = 1 / 6;

/** The order in which tests get their images embedded. */
const order: Record<LocalTestState, number> = {
  differs: 0,
  failed: 1,
  new: 2,
  updated: 3,
  same: 4,
  unchanged: 4,
};

/**
 * Writes `index.html`. Reads images one after another, so memory does not grow with the report.
 *
 * @param template the built page: holds `<script type="application/json" id="dpxdt-report">null</script>` once
 * @param stagePath folder that holds the report's images
 * @param embedBytes budget for the images' files; the rest are linked beside the page
 */
export async function writeHtmlReport(
  path: string,
  template: string,
  report: LocalReport,
  stagePath: string,
  embedBytes: number,
): Promise<void> {
  const [head, rest] = splitOnce(template, dataPlaceholder);
  const bodyEnd = rest.lastIndexOf('</body>');
  if (bodyEnd < 0) throw new AppError('internal', 'The report page has no </body>.');
  const images = await chooseImages(report.tests, stagePath, embedBytes);
  const data = { ...report, tests: report.tests.map((test) => withEmbedded(test, images)) };
  const file = await open(path, 'w');
  try {
    await file.write(head);
    await file.write(`<script type="application/json" id="dpxdt-report">${jsonForHtml(data)}</script>`);
    await file.write(rest.slice(0, bodyEnd));
    for (const [sha1sum, image] of images) {
      await file.write(`<script type="text/plain" id="${embeddedId(sha1sum)}">`);
      await writeBase64(file, join(stagePath, image.path));
      await file.write('</script>\n');
    }
    await file.write(rest.slice(bodyEnd));
  } finally {
    await file.close();
  }
}

/** The built report page; null if it is not built. */
export async function readTemplate(path: string | URL): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null);
}

function splitOnce(text: string, separator: RegExp): [string, string] {
  const [head, rest, more] = text.split(separator);
  if (rest === undefined || more !== undefined) {
    throw new AppError('internal', 'The report page does not have exactly one place for its data.');
  }
  return [head!, rest];
}

/** JSON that cannot end its script element and is also valid JavaScript. */
export function jsonForHtml(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

/** Images to embed by digest, the most informative tests first; equal images once. */
async function chooseImages(
  tests: readonly LocalTestResult[],
  stagePath: string,
  budget: number,
): Promise<Map<string, ReportImage>> {
  const chosen = new Map<string, ReportImage>();
  let left = budget;
  let leftForSame = budget * sameShare;
  for (const test of [...tests].sort((a, b) => order[a.state] - order[b.state])) {
    const isQuiet = order[test.state] === order.same;
    const wanted =
      isQuiet && test.forgivenMask === null
        ? [test.after]
        : [
            test.before,
            test.after,
            test.mask,
            test.forgivenMask,
            test.alignedMask ?? null,
            test.failureImage ?? null,
          ];
    for (const image of wanted) {
      if (image === null || chosen.has(image.sha1sum)) continue;
      const { size } = await stat(join(stagePath, image.path));
      if (size > left || (isQuiet && size > leftForSame)) continue;
      left -= size;
      if (isQuiet) leftForSame -= size;
      chosen.set(image.sha1sum, image);
    }
  }
  return chosen;
}

function withEmbedded(test: LocalTestResult, chosen: ReadonlyMap<string, ReportImage>): LocalTestResult {
  const mark = (image: ReportImage | null): ReportImage | null =>
    image !== null && chosen.has(image.sha1sum) ? { ...image, embedded: embeddedId(image.sha1sum) } : image;
  return {
    ...test,
    before: mark(test.before),
    after: mark(test.after),
    mask: mark(test.mask),
    forgivenMask: mark(test.forgivenMask),
    ...(test.alignedMask !== undefined && { alignedMask: mark(test.alignedMask) }),
    ...(test.failureImage !== undefined && { failureImage: mark(test.failureImage)! }),
  };
}

function embeddedId(sha1sum: string): string {
  return `image-${sha1sum}`;
}

async function writeBase64(file: FileHandle, path: string): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) {
    const bytes = Buffer.concat([rest, chunk as Buffer]);
    const whole = bytes.length - (bytes.length % 3);
    await file.write(bytes.subarray(0, whole).toString('base64'));
    rest = bytes.subarray(whole);
  }
  await file.write(rest.toString('base64'));
}
