import { escapeHtml } from '../../base/html-text.ts';
/** The pages that are no files: what a folder holds, and why there is nothing. */

/** @param names of files, and of folders with a slash at the end */
export function listingPage(names: readonly string[]): string {
  const rows = names
    .toSorted()
    .map(
      (name) =>
        `<li><a href="./${encodeURIComponent(name).replace(/%2F$/, '/')}">${escapeHtml(name)}</a></li>`,
    );
  const list = rows.length === 0 ? '<p>This folder is empty.</p>' : `<ul>\n${rows.join('\n')}\n</ul>`;
  return page('Folder', `<h1>Folder</h1>\n<p><a href="../">Up</a></p>\n${list}`);
}

export function messagePage(status: number, text: string): string {
  return page(`${status}`, `<h1>${status}</h1>\n<p>${escapeHtml(text)}</p>`);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem; color-scheme: light dark }</style>
${body}
</html>
`;
}
