/**
 * The project's address: `repository` in package.json, from which homepage and bugs follow.
 *   npm run set-repository -- https://github.com/OWNER/dpxdt
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The placeholder in package.json until the owner sets it: a host that cannot exist (RFC 2606). */
export const unsetRepository = 'https://repository-not-set.invalid/dpxdt';

export interface RepositoryFields {
  repository: { type: 'git'; url: string };
  homepage: string;
  bugs: { url: string };
}

/** @param address of the repository's page, such as `https://github.com/acme/dpxdt` */
export function repositoryFields(address: string): RepositoryFields {
  return {
    repository: { type: 'git', url: `git+${address}.git` },
    homepage: `${address}#readme`,
    bugs: { url: `${address}/issues` },
  };
}

/** @throws Error with a sentence if the address cannot be a repository's */
export function checkRepository(text: string): string {
  const address = text.replace(/\/+$/, '').replace(/\.git$/, '');
  const url = URL.canParse(address) ? new URL(address) : null;
  const isPlain = url?.protocol === 'https:' && url.search === '' && url.hash === '' && url.username === '';
  if (!isPlain || !/^(\/[\w.-]+){2,}$/.test(url.pathname)) {
    throw new Error(
      `The repository must be an address such as https://github.com/OWNER/dpxdt, got "${text}".`,
    );
  }
  if (url.hostname.endsWith('.invalid')) {
    throw new Error(`"${text}" is a placeholder. Give the address of your repository.`);
  }
  return address;
}

if (import.meta.main) {
  try {
    const fields = repositoryFields(checkRepository(process.argv[2] ?? ''));
    const path = join(import.meta.dirname, '..', 'package.json');
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    writeFileSync(path, `${JSON.stringify({ ...manifest, ...fields }, null, 2)}\n`);
    console.log(`package.json: ${fields.repository.url}, ${fields.homepage}, ${fields.bugs.url}`);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 2;
  }
}
