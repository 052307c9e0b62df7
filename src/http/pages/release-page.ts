import type { ListRunsResult } from '../../services/list-runs.ts';
import { html, link, page, type Html } from './html.ts';

const statusWords: Record<string, string> = {
  data_pending: 'Waiting for screenshot',
  needs_diff: 'Comparing',
  diff_found: 'Differs',
  diff_approved: 'Approved',
  diff_not_found: 'Same',
  no_diff_needed: 'New (no baseline)',
  failed: 'Failed',
};

/** A release with its counts and runs, as a plain page. */
export function releasePage({ build, release, counts, runs }: ListRunsResult): string {
  const title = `${release.name} #${release.number}`;
  return page(
    title,
    html`<p class="muted">${build.name}</p>
      <h1>${title}</h1>
      <p>
        ${release.status === 'reviewing' ? 'Ready for review' : capitalised(release.status)}${
          release.decisionNote === null ? null : html` (${release.decisionNote})`
        }.
        ${release.url === null ? null : html`Landing page: ${link(release.url)}.`}
      </p>
      <p>
        ${counts.total} runs: ${counts.undecided} differ, ${counts.approved} approved, ${counts.rejected}
        rejected, ${counts.failed} failed, ${counts.new} new, ${counts.waiting} waiting, ${counts.same} same.
      </p>
      ${
        runs.name.length === 0
          ? html`<p>This release has no runs. Nothing was compared.</p>`
          : html`<div class="scroll">
              <table>
                <tr>
                  <th>Run</th>
                  <th>State</th>
                  <th>Distortion</th>
                  <th>Reason</th>
                </tr>
                ${runs.name.map((name, index) => runRow(name, runs, index))}
              </table>
            </div>`
      }`,
  );
}

function runRow(name: string, runs: ListRunsResult['runs'], index: number): Html {
  const distortion = runs.distortion[index] ?? null;
  return html`<tr>
    <td>${name}</td>
    <td>${runs.verdict[index] === 'rejected' ? 'Rejected' : statusWords[runs.status[index]!]!}</td>
    <td>${distortion === null ? '' : distortion.toFixed(6)}</td>
    <td>${runs.failureReason[index] ?? ''}</td>
  </tr>`;
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
