/**
 * With what the baselines of a folder were captured, in `.dpxdt-references.json` beside them, to be committed with them. An
 * entry belongs to the bytes of one baseline. A chunk in the image would make images unequal that show the same.
 */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { RecordedEnvironment } from '../domain/capture/environment.ts';
import { writeFileAtomically } from './atomic-file.ts';

export const recordsFile = '.dpxdt-references.json';

const text = z.string().max(200);
const entry = z.object({
  sha1: text,
  browser: text,
  platform: text,
  fonts: text.nullable(),
  flags: text,
});
type Entry = z.output<typeof entry>;
const schema = z.object({ version: z.literal(1), baselines: z.record(z.string(), entry) });

export class BaselineRecords {
  readonly #path: string;
  readonly #entries: Map<string, Entry>;
  readonly #told = new Set<string>();
  #isChanged = false;

  private constructor(path: string, entries: Map<string, Entry>) {
    this.#path = path;
    this.#entries = entries;
  }

  /** The records of a folder; none if the file is missing or cannot be read, as after a merge conflict. */
  static async read(folder: string): Promise<BaselineRecords> {
    const path = join(folder, recordsFile);
    const written = await readFile(path, 'utf8').catch(() => '');
    return new BaselineRecords(path, new Map(Object.entries(parse(written))));
  }

  /** @param sha1 of the baseline; null: it is not recorded */
  find(fileName: string, sha1: string): RecordedEnvironment | null {
    const found = this.#entries.get(fileName);
    if (found === undefined || found.sha1 !== sha1) return null;
    const { browser, platform, fonts, flags } = found;
    const [name = '', version = ''] = browser.split(' ');
    return {
      browserVersion: browser,
      engine: {
        browser: name.toLowerCase(),
        version,
        platform,
        fontsDigest: fonts,
        flagsDigest: flags,
      },
    };
  }

  /** Whether these words about the records are said for the first time in this run. */
  isNews(words: string): boolean {
    if (this.#told.has(words)) return false;
    this.#told.add(words);
    return true;
  }

  note(fileName: string, sha1: string, { browserVersion, engine }: RecordedEnvironment): void {
    if (engine === undefined) return;
    const { platform, fontsDigest, flagsDigest } = engine;
    const next: Entry = { sha1, browser: browserVersion, platform, fonts: fontsDigest, flags: flagsDigest };
    if (JSON.stringify(this.#entries.get(fileName)) === JSON.stringify(next)) return;
    this.#entries.set(fileName, next);
    this.#isChanged = true;
  }

  /**
   * Writes what changed, without entries of baselines that are gone. One line for each baseline, sorted: version control
   * merges it well.
   */
  async save(): Promise<void> {
    if (!this.#isChanged) return;
    const files = new Set(await readdir(join(this.#path, '..')).catch(() => []));
    const lines = [...this.#entries]
      .filter(([fileName]) => files.has(fileName))
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([fileName, found]) => `    ${JSON.stringify(fileName)}: ${JSON.stringify(found)}`);
    await writeFileAtomically(
      this.#path,
      `{\n  "version": 1,\n  "baselines": {\n${lines.join(',\n')}\n  }\n}\n`,
    );
    this.#isChanged = false;
  }
}

function parse(written: string): Record<string, Entry> {
  try {
    const parsed = schema.safeParse(JSON.parse(written));
    return parsed.success ? parsed.data.baselines : {};
  } catch {
    return {};
  }
}
