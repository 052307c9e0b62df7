/**
 * Counts the decisions that a release needs, run by run and by its changes, on sites of many pages that a real server
 * captures and compares.
 *   node bench/changes/decisions.ts [--pages 200] [--site header|shop]
 * With 200 pages of all sites, the figures go to RESULTS.md.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DepictedClient } from '../../src/client/index.ts';
import { describeCommit, describeMachine, recentLoad, writeResultsSection } from '../machine.ts';
import { serveSite, sites } from './sites.ts';
import type { Site } from './sites.ts';

const { values } = parseArgs({
  options: { pages: { type: 'string', default: '200' }, site: { type: 'string' } },
});
const pages = Number(values.pages);
const binary = join(import.meta.dirname, '../../bin/dpxdt.js');

interface Counted {
  site: Site;
  differing: number;
  groups: number;
  unexplained: number;
  decisions: number;
  /** After the first ten decisions. */
  settledByTen: number;
}

const folder = mkdtempSync(join(tmpdir(), 'dpxdt-bench-decisions-'));
const server = spawn(process.execPath, [binary, 'server', '--port', '0', '--json', '--log-level', 'error'], {
  cwd: folder,
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const [line] = (await once(createInterface(server.stdout), 'line')) as [string];
  const client = new DepictedClient({ server: (JSON.parse(line) as { url: string }).url });
  const counted: Counted[] = [];
  for (const site of sites) {
    if (values.site !== undefined && values.site !== site.title) continue;
    counted.push(await measure(client, site));
    console.log(rowOf(counted.at(-1)!));
  }
  if (pages === 200 && values.site === undefined) writeResultsSection('changes-decisions', report(counted));
} finally {
  server.kill('SIGTERM');
  await once(server, 'close');
  rmSync(folder, { recursive: true, force: true });
}

async function measure(client: DepictedClient, site: Site): Promise<Counted> {
  const { origin, stop } = await serveSite(site);
  try {
    const { id: buildId } = (await client.createBuild({ name: site.title })).build;
    const { releaseNumber } = await client.createRelease({ buildId, releaseName: 'next' });
    const of = { buildId, releaseName: 'next', releaseNumber };
    const config = { viewportSize: { width: 1000, height: 600 } };
    for (let number = 0; number < pages; number++) {
      await client.requestRun({
        ...of,
        runName: `/${number}`,
        url: `${origin}/after/${number}`,
        refUrl: `${origin}/before/${number}`,
        config,
        refConfig: config,
      });
    }
    await client.runsDone(of);
    let { counts } = await client.listRuns(of);
    while (counts.waiting > 0) {
      await sleep(1_000);
      ({ counts } = await client.listRuns(of));
    }
    if (counts.failed > 0) throw new Error(`${counts.failed} captures of ${site.title} failed.`);
    return { site, differing: counts.undecided, ...(await decide(client, of)) };
  } finally {
    stop();
  }
}

/** Approves the change in the most runs until none is open, then the runs that changes do not explain. */
async function decide(
  client: DepictedClient,
  of: { buildId: number; releaseName: string; releaseNumber: number },
): Promise<Omit<Counted, 'site' | 'differing'>> {
  const releaseId = (await client.listRuns(of)).release.id;
  const first = await client.listChanges({ releaseId });
  let decisions = 0;
  let settledByTen = 0;
  for (;;) {
    const { changes, runsLeft } = await client.listChanges({ releaseId });
    if (decisions === 10 || runsLeft === 0) settledByTen ||= first.runsLeft - runsLeft;
    const next = changes.find(({ openRuns }) => openRuns > 0);
    if (next === undefined) break;
    decisions++;
    await client.reviewChange({
      releaseId,
      fingerprint: next.fingerprint,
      verdict: 'approved',
      operationId: `change ${decisions}`,
    });
  }
  const { runs } = await client.listRuns(of);
  const left = runs.id.filter(
    (_id, index) => runs.verdict[index] === 'none' && runs.status[index] === 'diff_found',
  );
  return {
    groups: first.total,
    unexplained: left.length,
    decisions: decisions + left.length,
    settledByTen,
  };
}

function rowOf({ site, differing, groups, unexplained, decisions, settledByTen }: Counted): string {
  return `| ${site.title} | ${site.changes} | ${differing} | **${decisions}** | ${site.made} | ${groups} | ${unexplained} | ${settledByTen} |`;
}

function report(counted: readonly Counted[]): string {
  return `## Changes: decisions that a release needs

${describeMachine()}, commit ${describeCommit()}, load ${recentLoad().toFixed(1)}. \`node bench/changes/decisions.ts\`: ${pages} pages of a site, captured before and
after by a real server, and approved until nothing is open. *Run by run*: runs that differ, each a decision. *Made*: changes of pages, a common
one once; the texts of the shop repeat, so that some of its pages have the same one. The shop was looked at once: since then, cards that changed places are moved ones (39 decisions before). *Unexplained*: runs that changes do not explain, decided one by one.

| site | what changes | run by run | by changes | made | distinct changes found | unexplained | settled by 10 decisions |
| --- | --- | --- | --- | --- | --- | --- | --- |
${counted.map(rowOf).join('\n')}`;
}
