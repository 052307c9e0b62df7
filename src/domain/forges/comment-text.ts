/** The comment on a pull request, in Markdown. Everything in it that a person named is data: it is shown, never obeyed. */

import { madeVisible } from '../../base/invisible-text.ts';
import type { Conclusion } from '../releases/release-conclusion.ts';

/** `accepted`: failed, and a person accepted that. */
export type RowWord = 'failed' | 'differs' | 'rejected' | 'missing' | 'new' | 'approved' | 'accepted';

export interface CommentRow {
  name: string;
  word: RowWord;
  /** Such as the size of the difference; plain text. */
  detail: string | null;
}

/** A small image of a page that differs. */
export interface CommentImage {
  name: string;
  url: string;
  /** Its page in the review. */
  leadsTo: string;
}

export interface CommentContent {
  /** From {@link commentMarker}. */
  marker: string;
  /** How the forge hides the marker. */
  hiddenBy: 'html' | 'link';
  buildName: string;
  releaseName: string;
  releaseNumber: number;
  /** The commit, or null. */
  commit: string | null;
  conclusion: Conclusion;
  text: string;
  /** The release's page. */
  url: string;
  rows: readonly CommentRow[];
  images: readonly CommentImage[];
  /** Threads of members that are not resolved. What they say stays here. */
  openThreads: number;
  /** Why the commit itself has no status; plain text. */
  remark: string | null;
}

const maxRows = 20;
const maxCharacters = 60_000;
/** Rows in the order in which a reviewer needs them. */
const order: readonly RowWord[] = ['failed', 'differs', 'rejected', 'missing', 'new', 'approved', 'accepted'];

/** Finds the comment again whose id never arrived. Only ids, so that it cannot end early. */
export function commentMarker(serverId: string, buildId: number): string {
  return `dpxdt:${serverId.replace(/[^\w-]/g, '').slice(0, 40)}:${buildId}`;
}

/** Whether a comment's text is one that this server wrote for this build. */
export function hasMarker(text: string, marker: string): boolean {
  return text.startsWith(`<!-- ${marker} -->`) || text.startsWith(`[//]: # (${marker})`);
}

export function commentText(content: CommentContent): string {
  const { marker, hiddenBy, url, rows, images, remark } = content;
  const shown = inOrder(rows).slice(0, maxRows);
  const more = rows.length - shown.length;
  const text = [
    hiddenBy === 'html' ? `<!-- ${marker} -->` : `[//]: # (${marker})`,
    '',
    `**Depicted** ${codeSpan(content.buildName, '')}: ${plainText(content.text)}`,
    ...(images.length === 0 ? [] : ['', images.map(imageLink).join(' ')]),
    ...(shown.length === 0 ? [] : ['', '| page | |', '| --- | --- |', ...shown.map(tableRow)]),
    ...(more > 0 ? ['', `… and ${more} more.`] : []),
    '',
    `${whoDecides(content.conclusion)}: [release](${url}) ${codeSpan(content.releaseName, '')} #${content.releaseNumber}${
      content.commit === null ? '' : ` of ${content.commit.slice(0, 10)}`
    }.`,
    ...(content.openThreads === 0 ? [] : ['', threadsLine(content)]),
    ...(remark === null ? [] : ['', plainText(remark)]),
  ].join('\n');
  return text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters - 1)}…`;
}

/** As a reviewer needs them: what is open first. */
export function inOrder<Row extends CommentRow>(rows: readonly Row[]): Row[] {
  return rows.toSorted((a, b) => order.indexOf(a.word) - order.indexOf(b.word) || (a.name < b.name ? -1 : 1));
}

const maxAltCharacters = 100;

function imageLink({ name, url, leadsTo }: CommentImage): string {
  const characters = [...name];
  const alt =
    characters.length <= maxAltCharacters ? name : `${characters.slice(0, maxAltCharacters - 1).join('')}…`;
  return `[![${plainText(alt)}](${url})](${leadsTo})`;
}

function threadsLine({ openThreads, url }: CommentContent): string {
  return `[${openThreads === 1 ? '1 open thread' : `${openThreads} open threads`}](${url}&comments=on) in Depicted.`;
}

function whoDecides(conclusion: Conclusion): string {
  switch (conclusion) {
    case 'failure':
      return 'A reviewer of this build decides';
    case 'pending':
      return 'It is still at work';
    default:
      return 'Details';
  }
}

function tableRow({ name, word, detail }: CommentRow): string {
  const state = word === 'accepted' ? 'failed, accepted' : word;
  return `| ${codeSpan(name)} | ${state}${detail === null ? '' : `: ${plainText(detail)}`} |`;
}

/** Zero-width space: `@name` then calls no one. */
const afterAt = '\u200B';

function defused(text: string): string {
  return madeVisible(text)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replaceAll('@', `@${afterAt}`);
}

/**
 * Text that no Markdown reads.
 *
 * @param beforePipe in a table, a backslash: it ends the cell otherwise, and is not shown
 */
export function codeSpan(text: string, beforePipe: '\\' | '' = '\\'): string {
  const safe = defused(text).trim().replaceAll('|', `${beforePipe}|`);
  if (safe === '') return '` `';
  const longest = Math.max(0, ...(safe.match(/`+/g) ?? []).map((ticks) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  const space = longest > 0 ? ' ' : '';
  return fence + space + safe + space + fence;
}

/** Text outside a code span. */
export function plainText(text: string): string {
  return defused(text)
    .replace(/[\\`*_{}[\]()<>#+!|~&$]/g, '\\$&')
    .replace(/:\/\//g, ':\u200B//');
}
