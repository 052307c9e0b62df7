import type { LocalReport } from '../../contract/files/local-report.ts';

/**
 * The report embedded in this page.
 *
 * @returns null when the page is the empty template or its data cannot be read
 */
export function readReport(document: Document): LocalReport | null {
  const text = document.getElementById('dpxdt-report')?.textContent ?? 'null';
  try {
    return JSON.parse(text) as LocalReport | null;
  } catch {
    return null;
  }
}
