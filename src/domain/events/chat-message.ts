/** Events as messages in a chat. Names that clients choose are shown as they are: they call no one and are no markup. */

import { cutText } from '../../base/cut-text.ts';
import type { EventPayload } from './event-payload.ts';
import type { EndpointKind, SentType } from './event.ts';

const headlines: Record<SentType, string> = {
  'release.ready': 'Ready for review',
  'release.decided': 'Decided',
  'release.failed': 'Failed',
  'release.baseline_changed': 'Compared with other baselines',
  'comment.created': 'New comment',
  'review.requested': 'Review requested',
  'endpoint.test': 'Test',
};

/** Slack refuses longer ones. */
const maxHeadlineLength = 150;
const maxLineLength = 500;

interface Told {
  headline: string;
  line: string;
  link: { title: string; url: string };
}

/** Of these it matters who did it. */
const personal: readonly SentType[] = ['release.decided', 'comment.created', 'review.requested'];

function tellEvent({ type, data: { build, release, actor, comment } }: EventPayload): Told {
  if (release === null) {
    const line = 'This message was sent to see whether it arrives.';
    return { headline: `${build.name}: test`, line, link: { title: 'Open', url: build.url } };
  }
  const verdict = release.status === 'good' ? 'Good' : 'Bad';
  const word = type === 'release.decided' ? verdict : headlines[type];
  const by = personal.includes(type) && actor.name !== null ? ` (${actor.name})` : '';
  return {
    headline: `${build.name}: ${release.name} #${release.number}`,
    line: `${word}${by}: ${release.text}`,
    link: {
      title: type === 'release.decided' || comment !== undefined ? 'Open' : 'Review',
      url: comment?.url ?? release.url,
    },
  };
}

/** The body of a request to a chat; null: the payload itself is sent. */
export function chatMessage(kind: EndpointKind, payload: EventPayload): object | null {
  if (kind === 'webhook') return null;
  const told = tellEvent(payload);
  const shown = {
    ...told,
    headline: cutText(told.headline, maxHeadlineLength),
    line: cutText(told.line, maxLineLength),
  };
  return kind === 'slack' ? slackMessage(shown) : teamsMessage(shown);
}

/** Slack reads markup in `text`, which notifications show; the blocks are plain. */
function slackMessage({ headline, line, link }: Told): object {
  const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });
  return {
    text: slackText(`${headline} - ${line}`),
    unfurl_links: false,
    blocks: [
      { type: 'header', text: plain(headline) },
      { type: 'section', text: plain(line) },
      {
        type: 'actions',
        elements: [{ type: 'button', text: plain(link.title), url: link.url, action_id: 'open' }],
      },
    ],
  };
}

/** `<!channel>`, `<@U1>` and `<url|text>` need these three characters. */
function slackText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A card for the address of a workflow. Text runs are never read as Markdown, unlike text blocks. */
function teamsMessage({ headline, line, link }: Told): object {
  const run = (text: string, more: object = {}) => ({
    type: 'RichTextBlock',
    inlines: [{ type: 'TextRun', text, ...more }],
  });
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [run(headline, { size: 'Medium', weight: 'Bolder' }), run(line)],
          actions: [{ type: 'Action.OpenUrl', title: link.title, url: link.url }],
        },
      },
    ],
  };
}
