/** Turns the events of a tool into lines, and into a live table at the bottom of a terminal. */

import { summariseCrawl, warnAboutCrawl } from '../../tools/crawler/describe-crawl.ts';
import { describeBaselines, describeEnvironments } from '../../tools/baseline-groups.ts';
import { describeMissing, describeRun, isWorthARow, stateOf } from '../../tools/describe-run.ts';
import type { ToolEvent } from '../../tools/events.ts';
import type { Judgement } from '../../tools/judge-outcome.ts';
import { resultWithRefused } from '../../tools/refused-runs.ts';
import type { ReleaseOutcome, ReleaseResult } from '../../tools/release-outcome.ts';
import { formatDuration } from '../../tools/time-left.ts';
import { printable, type Terminal } from './terminal.ts';

/** Time between progress lines without a live table. */
const lineGapMs = 10_000;
/** Time between redraws of the live table. */
const redrawGapMs = 100;
/** Rows in the final table. */
const maxRows = 50;
/** Rows of the live table for the latest findings. */
const maxNews = 4;
const barCells = 24;

type Progress = Extract<ToolEvent, { type: 'progress' }>;

export function createToolPrinter(terminal: Terminal, releaseName: string) {
  const { colors } = terminal;
  const news: string[] = [];
  let sent = 0;
  let crawled = '';
  let shownAt = -Infinity;
  let toldAt = performance.now();
  let told = '';
  let wasForPeople = false;

  const say = (line: string): void => terminal.say(printable(line));
  const redraw = (lines: () => string[], isUrgent = false): void => {
    const now = performance.now();
    if (!terminal.isLive || (!isUrgent && now - shownAt < redrawGapMs)) return;
    shownAt = now;
    terminal.footer(lines().map(printable).join('\n'));
  };

  function onEvent(event: ToolEvent): void {
    switch (event.type) {
      case 'warning':
        terminal.complain(`${colors.yellow('Warning:')} ${printable(event.message)}`);
        break;
      case 'crawl_progress':
        crawled = `${event.pages} pages found, ${event.waiting} addresses left to read · `;
        redraw(() => [`${releaseName}: ${crawled}${sent} sent`]);
        break;
      case 'crawled':
        crawled = '';
        say(summariseCrawl(event.report));
        for (const message of warnAboutCrawl(event.report)) onEvent({ type: 'warning', message });
        break;
      case 'release_created':
        say(`Release "${event.release.releaseName}" number ${event.release.releaseNumber} was created.`);
        break;
      case 'waiting':
        say(`Waiting for release "${event.release.releaseName}" number ${event.release.releaseNumber}.`);
        say(`Results: ${event.resultsUrl}`);
        break;
      case 'run_refused':
        terminal.complain(`${colors.red(printable(`${event.name}:`))} ${printable(event.message)}`);
        break;
      case 'run_sent':
        sent = event.sent;
        redraw(() => [`${releaseName}: ${crawled}${sent} sent, last ${event.name}`]);
        break;
      case 'all_sent': {
        terminal.footer(null);
        const { files } = event;
        const images =
          files === null ? '' : ` (files uploaded: ${files.uploaded}, already on the server: ${files.known})`;
        say(`${event.sent} ${event.sent === 1 ? 'run' : 'runs'} sent${images}. Results: ${event.resultsUrl}`);
        break;
      }
      case 'progress':
        showProgress(event);
        break;
    }
  }

  function showProgress(event: Progress): void {
    for (const run of event.finished) {
      const state = stateOf(run);
      if (state === 'same' || state === 'new') continue;
      news.push(`${run.name}: ${state} ${describeRun({ ...run, failureMessage: null })}`);
    }
    if (terminal.isLive) {
      redraw(() => liveTable(event), event.finished.length > 0);
      return;
    }
    const line = progressLine(event);
    const now = performance.now();
    // Waiting for people is announced immediately.
    const isNews = isForPeople(event) && !wasForPeople;
    wasForPeople = isForPeople(event);
    if (line === told || (now - toldAt < lineGapMs && !isNews)) return;
    told = line;
    toldAt = now;
    say(line);
  }

  function liveTable(event: Progress): string[] {
    const { counts, leftMs } = event;
    if (isForPeople(event)) {
      return [
        `Waiting for a decision, ${formatDuration(event.elapsedMs)} so far`,
        `  ${tally(counts)}`,
        ...news.slice(-maxNews).map((line) => `  ${line}`),
      ];
    }
    const done = counts.total - counts.waiting;
    const filled = counts.total === 0 ? 0 : Math.floor((done / counts.total) * barCells);
    const bar = '█'.repeat(filled) + '░'.repeat(barCells - filled);
    const left = leftMs === null ? '' : ` · about ${formatDuration(leftMs)} left`;
    return [
      `${bar} ${done} of ${counts.total}${left}`,
      `  ${tally(counts)}`,
      ...news.slice(-maxNews).map((line) => `  ${line}`),
    ];
  }

  function printOutcome(outcome: ReleaseOutcome, { status, sentences }: Judgement): void {
    const { resultsUrl } = outcome;
    const result = resultWithRefused(outcome);
    for (const sentence of result === null ? [] : describeEnvironments(result.runs)) {
      terminal.say(colors.yellow(printable(sentence)));
    }
    const rows = result === null ? [] : rowsOf(result);
    for (const line of tableOf(rows.slice(0, maxRows))) terminal.say(line);
    if (rows.length > maxRows) say(`  … and ${rows.length - maxRows} more: ${resultsUrl}`);
    for (const line of result === null ? [] : describeBaselines(result.runs)) {
      terminal.say(colors.dim(printable(line)));
    }
    if (result !== null) say(`${runs(result.counts.total)}: ${tally(result.counts)}.`);
    if (result !== null && resultsUrl !== null) say(`Results: ${resultsUrl}`);
    for (const [index, sentence] of sentences.entries()) {
      const color = index > 0 ? (text: string) => text : status === 0 ? colors.green : colors.red;
      terminal.say(color(printable(sentence)));
    }
  }

  function tableOf(rows: readonly TableRow[]): string[] {
    const width = Math.min(60, Math.max(0, ...rows.map(({ name }) => name.length)));
    return rows.map(({ name, state, message }) => {
      const paint = ['same', 'approved', 'new'].includes(state) ? colors.dim : colors.red;
      return `  ${printable(name).padEnd(width)}  ${paint(state.padEnd(8))}  ${printable(message)}`;
    });
  }

  return { onEvent, printOutcome, finish: () => terminal.footer(null) };
}

interface TableRow {
  name: string;
  state: string;
  message: string;
}

/** What of a release a person looks at: pages that are missing, then the runs that are not just the same. */
function rowsOf({ runs, missing }: ReleaseResult): TableRow[] {
  return [
    ...missing
      .filter(({ verdict }) => verdict !== 'confirmed')
      .map((page) => ({ name: page.name, state: 'missing', message: describeMissing(page) })),
    ...runs
      .filter(isWorthARow)
      .map((run) => ({ name: run.name, state: stateOf(run), message: describeRun(run) })),
  ];
}

/** Everything is compared; what is waited for is up to people. */
function isForPeople({ goal, status }: Progress): boolean {
  return goal === 'decision' && status === 'reviewing';
}

function progressLine(event: Progress): string {
  const { counts, leftMs } = event;
  if (isForPeople(event)) return `Waiting for a decision: ${tally(counts)}`;
  const left = leftMs === null ? '' : `, about ${formatDuration(leftMs)} left`;
  return `${counts.total - counts.waiting} of ${counts.total} done${left}: ${tally(counts)}`;
}

function runs(count: number): string {
  return `${count} ${count === 1 ? 'run' : 'runs'}`;
}

function tally(counts: Progress['counts']): string {
  const parts = [
    ['differ', counts.undecided],
    ['rejected', counts.rejected],
    ['approved', counts.approved],
    ['same', counts.same],
    ['new', counts.new],
    ['failed', counts.failed],
    ['missing', counts.missing],
    ['waiting', counts.waiting],
  ] as const;
  const shown = parts.filter(([, count]) => count > 0).map(([word, count]) => `${count} ${word}`);
  return shown.length === 0 ? 'nothing yet' : shown.join(', ');
}
