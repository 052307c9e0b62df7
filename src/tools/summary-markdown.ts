import { madeVisible } from '../base/invisible-text.ts';
import type { CrawlReport } from './crawler/crawl-types.ts';
import { summariseCrawl, warnAboutCrawl } from './crawler/describe-crawl.ts';
import { describeBaselines, describeEnvironments } from './baseline-groups.ts';
import { describeMissing, describeRun, isWorthARow, stateOf } from './describe-run.ts';
import { resultWithRefused } from './refused-runs.ts';
import type { ReleaseResult } from './release-outcome.ts';
import { nameOfRelease, type ToolReport } from './tool-report.ts';

/** Rows that a summary shows; the results page has the rest. */
const maxRows = 100;
const maxNameLength = 200;
const maxMessageLength = 400;

/** A summary in Markdown for GitHub and GitLab. Names from people or pages are never treated as markup. */
export function toMarkdown({ tool, outcome, judgement, source, crawl }: ToolReport): string {
  const { resultsUrl, refusals } = outcome;
  const result = resultWithRefused(outcome);
  const name = nameOfRelease(outcome);
  const title = name === null ? `dpxdt ${tool}` : `dpxdt ${tool}: ${name}`;
  const lines = [`### ${judgement.status === 0 ? '✅' : '❌'} ${escapeMarkdown(title)}`, ''];
  lines.push(judgement.sentences.map(escapeMarkdown).join(' '), '');
  if (resultsUrl !== null) lines.push(`**[View the results](${linkTarget(resultsUrl)})**`, '');
  const origin = [source.branch, source.commit].filter((part) => part !== null).map(escapeMarkdown);
  if (origin.length > 0) lines.push(`Of ${origin.join(', ')}.`, '');
  if (result !== null) {
    const { counts } = result;
    for (const sentence of describeEnvironments(result.runs))
      lines.push(`**${escapeMarkdown(sentence)}**`, '');
    lines.push(
      '| runs | differ | approved | rejected | same | new | failed | missing |',
      '| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
      `| ${counts.total} | ${counts.undecided} | ${counts.approved} | ${counts.rejected} | ${counts.same} | ${counts.new} | ${counts.failed} | ${counts.missing} |`,
      '',
      ...listOf(describeShared(result)),
      ...tableOf(result, resultsUrl),
      ...listOf(describeBaselines(result.runs)),
    );
  } else if (refusals.length > 0) {
    lines.push(
      ...refusals
        .slice(0, maxRows)
        .map(
          (refusal) =>
            `- ${escapeMarkdown(cut(refusal.name, maxNameLength))}: ${escapeMarkdown(cut(refusal.message, maxMessageLength))}`,
        ),
      '',
    );
  }
  if (crawl !== null) lines.push('', ...linesOfCrawl(crawl));
  return `${lines.join('\n').trimEnd()}\n`;
}

/** Warnings that a summary shows; the command's output has the rest. */
const maxWarnings = 20;

function linesOfCrawl(crawl: CrawlReport): string[] {
  const warnings = warnAboutCrawl(crawl).slice(0, maxWarnings);
  return [
    escapeMarkdown(summariseCrawl(crawl)),
    '',
    ...warnings.map((warning) => `- ${escapeMarkdown(cut(warning, maxMessageLength))}`),
  ];
}

/** Shared changes that a summary shows. */
const maxShared = 10;

function describeShared({ changes }: ReleaseResult): string[] {
  const more = changes.length - maxShared;
  return [
    ...changes.slice(0, maxShared).map(({ words, runs }) => `${runs.length} runs: ${words}`),
    ...(more > 0 ? [`${more} more changes in several runs`] : []),
  ];
}

function listOf(lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  return [...lines.map((line) => `- ${escapeMarkdown(cut(line, maxMessageLength))}`), ''];
}

function tableOf({ runs, missing }: ReleaseResult, resultsUrl: string | null): string[] {
  const rowOf = (name: string, url: string | null, state: string, message: string) => {
    const shown = escapeMarkdown(cut(name, maxNameLength));
    const link = url === null ? shown : `[${shown}](${linkTarget(url)})`;
    return `| ${link} | ${state} | ${escapeMarkdown(cut(message, maxMessageLength))} |`;
  };
  const all = [
    ...missing
      .filter(({ verdict }) => verdict !== 'confirmed')
      .map((page) => rowOf(page.name, resultsUrl, 'missing', describeMissing(page))),
    ...runs.filter(isWorthARow).map((run) => rowOf(run.name, run.resultsUrl, stateOf(run), describeRun(run))),
  ];
  if (all.length === 0) return [];
  const rows = all.slice(0, maxRows);
  const more = all.length - rows.length;
  return [
    '| run | state | |',
    '| --- | --- | --- |',
    ...rows,
    ...(more > 0 ? ['', `… and ${more} more.`] : []),
    '',
  ];
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}…`;
}

/**
 * Plain text: everything that Markdown, its dialects or HTML could take as markup becomes a character reference,
 * including automatic links, emojis and mentions.
 */
export function escapeMarkdown(text: string): string {
  return madeVisible(text)
    .toWellFormed()
    .replace(/[\s\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .replace(/[!"#$&'*<>@[\\\]^_`{|}~]|:(?! )|(?<=^ ?)[-+=.]|(?<=^ ?\d+)[.)]|(?<=\bwww)\./gi, asBaseline);
}

function asBaseline(character: string): string {
  return `&#${character.codePointAt(0)};`;
}

/** An address, as `URL` writes it, that cannot end the Markdown link around it. */
function linkTarget(url: string): string {
  return new URL(url).href.replace(
    /[()|'*_~[\]]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
