import type { BuildSummary } from '../../services/list-builds.ts';
import { releaseAddress } from './addresses.ts';
import { html, page } from './html.ts';

/** The builds with their newest releases, as a plain page. */
export function homePage(builds: readonly BuildSummary[]): string {
  return page(
    'Builds',
    html`<h1>Builds</h1>
      ${
        builds.length === 0
          ? html`<p>No builds yet. A build is one site or product you watch.</p>`
          : html`<div class="scroll">
              <table>
                <tr>
                  <th>Id</th>
                  <th>Build</th>
                  <th>Newest release</th>
                  <th>State</th>
                  <th>Runs</th>
                </tr>
                ${builds.map(
                  ({ build, newestRelease, counts }) =>
                    html`<tr>
                      <td>${build.id}</td>
                      <td>${build.name}</td>
                      <td>
                        ${
                          newestRelease === null
                            ? 'No releases yet.'
                            : html`<a href="${releaseAddress(newestRelease)}"
                                >${newestRelease.name} #${newestRelease.number}</a
                              >`
                        }
                      </td>
                      <td>${newestRelease?.status ?? ''}</td>
                      <td>${counts.total}</td>
                    </tr>`,
                )}
              </table>
            </div>`
      }
      <p><a href="/api/reference">API</a></p>`,
  );
}
