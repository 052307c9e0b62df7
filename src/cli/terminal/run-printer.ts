/** Turns the events of a run into lines, and into one live line at the bottom of a terminal. */

import { join } from 'node:path';
import type { LocalTestResult, LocalTestState } from '../../contract/files/local-report.ts';
import type { RunEvent } from '../../local/events.ts';
import { describeIncomplete, describeResult, describeTries } from '../../local/words.ts';
import { printable, type Terminal } from './terminal.ts';

export interface PrinterOptions {
  command: 'test' | 'update';
  /** The prefix shown before image paths. */
  reportFolder: string;
  /** Print only failures, warnings and the summary. */
  quiet: boolean;
  /** Also print the output of setup and the stages of every capture. */
  verbose: boolean;
}

/** Minimum time between redraws of the live line for progress events. */
const footerGapMs = 80;
/** How many missing resources are listed; the report has the rest. */
const shownParts = 5;

export function createRunPrinter(
  terminal: Terminal,
  options: PrinterOptions,
): { onEvent: (event: RunEvent) => void; finish: () => void } {
  const { colors } = terminal;
  const running = new Map<string, string>();
  let doing = '';
  let total = 0;
  let done = 0;
  let notPassed = 0;
  let shownAt = 0;

  const plain = (text: string): string => text;
  /** Colors are added last, after control characters are stripped from outside text. */
  const say = (line: string, color = plain): void => {
    if (!options.quiet) terminal.say(color(printable(line)));
  };
  const showFooter = (isNews: boolean): void => {
    const now = performance.now();
    if (!terminal.isLive || (!isNews && now - shownAt < footerGapMs)) return;
    shownAt = now;
    const names = [...running].map(([name, stage]) => (stage === '' ? name : `${name} (${stage})`));
    const count = `${done}/${total}${notPassed === 0 ? '' : ` · ${notPassed} not passed`}`;
    terminal.footer(printable(`${count} · ${names.length > 0 ? names.join(', ') : doing}`));
  };

  function onEvent(event: RunEvent): void {
    switch (event.type) {
      case 'warning':
        terminal.complain(`${colors.yellow('Warning:')} ${printable(event.message)}`);
        break;
      case 'suite_started':
        total += event.testCount;
        if (options.verbose) say(`${event.file}: ${event.testCount} test(s)`);
        break;
      case 'setup_started':
        doing = 'setup';
        say(`${event.file}: Running setup:`);
        for (const line of event.script.trimEnd().split('\n')) say(`  ${line}`, colors.dim);
        break;
      case 'setup_output':
        if (options.verbose) say(`  setup | ${event.line}`, colors.dim);
        break;
      case 'waiting':
        doing = `waiting for ${event.what}`;
        break;
      case 'wait_succeeded':
        doing = '';
        if (event.isUrl) say(`Request for ${event.what} succeeded, continuing with tests...`);
        else say(`The waitFor script succeeded, continuing with tests...`);
        break;
      case 'tests_found':
        doing = '';
        say(`${event.file}: The ${event.what} found ${event.pageCount} page(s)`);
        break;
      case 'tests_added':
        total += event.count;
        break;
      case 'suite_failed':
        terminal.complain(`${colors.red(`${event.file}:`)} ${printable(event.message)}`);
        break;
      case 'test_started':
        running.set(event.name, '');
        if (!terminal.isLive || options.verbose) say(`${event.name}: Running webpage capture process`);
        break;
      case 'test_stage':
        running.set(event.name, event.stage);
        if (options.verbose) say(`${event.name}: ${event.stage}`, colors.dim);
        break;
      case 'test_retried':
        say(
          `${event.name}: ${event.failure.reason}: ${event.failure.message} Trying again (${event.attempt + 1} of 3)`,
        );
        break;
      case 'difference_retried':
        say(`${event.name}: Differs. Capturing it again (${event.number} of ${event.total})`);
        break;
      case 'test_finished':
        running.delete(event.result.name);
        done++;
        if (!isFine(event.result)) notPassed++;
        printResult(event.result);
        break;
    }
    showFooter(event.type !== 'test_stage' && event.type !== 'setup_output');
  }

  function printResult(result: LocalTestResult): void {
    if (options.quiet && isFine(result) && !isNoted(result)) return;
    const [words, ...more] = describeResult(result).split('\n');
    const [headline, color] = headlineOf(result, options.command, colors);
    // A failed setup was already printed once for its file.
    const isOfSuite =
      result.failure?.reason === 'setup_failed' || result.failure?.reason === 'wait_for_failed';
    const sentence = isOfSuite ? words!.replace(/ \w+ printed:$/, '') : words!;
    const rest = headline.endsWith('.') ? ` ${sentence}` : '';
    const lines = [`${printable(result.name)}: ${color(printable(headline))}${printable(rest)}`];
    if (!isOfSuite) lines.push(...more.map(printable));
    if (result.comparison?.hidden) lines.push(`  ${result.comparison.hidden}`);
    for (const sentence of result.comparison?.ignored ?? []) lines.push(`  ${printable(sentence)}`);
    lines.push(...describeTries(result).map((line) => colors.yellow(printable(`  ${line}`))));
    const warnings = result.warnings ?? [];
    if (result.settled === false && !warnings.some(({ code }) => code === 'unsettled')) {
      lines.push(
        '  The page never settled: no two screenshots in a row were equal, so the last one was used.',
      );
    }
    lines.push(...warnings.map(({ sentence }) => colors.yellow(printable(`  Warning: ${sentence}`))));
    const missing = describeIncomplete(result, shownParts);
    lines.push(...missing.map((line) => colors.yellow(printable(`  ${line}`))));
    if (options.command === 'test') {
      lines.push(...imagesOf(result).map((line) => colors.dim(printable(`  ${line}`))));
    }
    terminal.say(lines.join('\n'));
  }

  function imagesOf(result: LocalTestResult): string[] {
    const inReport = (path: string): string => join(options.reportFolder, path);
    return [
      result.before === null ? null : `ref:  ${result.reference}`,
      result.after === null ? null : `run:  ${inReport(result.after.path)}`,
      result.diffPath === null ? null : `diff: ${inReport(result.diffPath)}`,
      ...(result.tries ?? []).flatMap(({ image, diffPath }, index) => [
        image === null || image.path === result.after?.path ? null : `${index + 1}: ${inReport(image.path)}`,
        diffPath === null || diffPath === result.diffPath ? null : `${index + 1}: ${inReport(diffPath)}`,
      ]),
      result.forgivenMask === null ? null : `forgiven: ${inReport(result.forgivenMask.path)}`,
      !result.alignedMask || !result.comparison?.moves
        ? null
        : `aligned: ${inReport(result.alignedMask.path)}`,
    ].filter((line) => line !== null);
  }

  return { onEvent, finish: () => terminal.footer(null) };
}

/** Whether something about its capture is to be known even if it passed. */
function isNoted({ warnings = [], incompleteCount = 0, settled, flaky }: LocalTestResult): boolean {
  return flaky === true || warnings.length > 0 || incompleteCount > 0 || settled === false;
}

/** Not different and not failed. */
export function isFine({ state, failure }: LocalTestResult): boolean {
  return failure === null && state !== 'differs';
}

function headlineOf(
  result: LocalTestResult,
  command: 'test' | 'update',
  colors: Terminal['colors'],
): [string, (text: string) => string] {
  if (command === 'update') {
    if (result.state === 'updated') return [`Updated ${result.reference}`, colors.green];
    if (result.state === 'unchanged') return [`Unchanged ${result.reference}`, colors.dim];
    return ['Update failed.', colors.red];
  }
  return isFine(result) ? ['Test passed.', colors.green] : ['Test failed.', colors.red];
}

function wordFor(state: LocalTestState, count: number): string {
  if (state === 'new') return 'without baseline';
  return state === 'differs' && count !== 1 ? 'differ' : state;
}

/** The summary lines of a finished run; the last one is the verdict. */
export function summarise(
  tests: readonly LocalTestResult[],
  {
    command,
    unusedReferences,
    environment = [],
    durationMs,
  }: {
    command: 'test' | 'update';
    unusedReferences: readonly string[];
    environment?: readonly string[];
    durationMs: number;
  },
): { lines: string[]; verdict: string } {
  const lines: string[] = [];
  if (unusedReferences.length > 0) {
    lines.push(`Baselines without a test: ${unusedReferences.join(', ')}`);
  }
  const counts = Map.groupBy(tests, (test) => test.state);
  const parts = [...counts].map(([state, members]) => {
    const forgiven = members.filter((test) => (test.comparison?.forgivenPixels ?? 0) > 0).length;
    const flaky = members.filter((test) => test.flaky === true).length;
    const notes = [
      ...(flaky > 0 ? [`${flaky} flaky`] : []),
      ...(state === 'same' && forgiven > 0 ? [`${forgiven} with forgiven pixels`] : []),
    ];
    const note = notes.length === 0 ? '' : ` (${notes.join(', ')})`;
    return `${members.length} ${wordFor(state, members.length)}${note}`;
  });
  lines.push(...environment);
  lines.push(`${parts.join(', ')} in ${(durationMs / 1_000).toFixed(1)} s`);
  const failed = tests.filter((test) => !isFine(test)).length;
  if (command === 'test') {
    return { lines, verdict: failed === 0 ? 'All tests passed!' : `${failed} test(s) failed.` };
  }
  const updated = tests.filter((test) => test.state === 'updated').length;
  const verdict =
    failed > 0
      ? `${updated} baseline(s) updated, ${failed} test(s) failed.`
      : updated > 0
        ? `${updated} baseline(s) updated.`
        : 'All baselines are up to date.';
  return { lines, verdict };
}
