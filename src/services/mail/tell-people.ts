import type { Principal } from '../../domain/people/access.ts';
import type { MailBody } from '../../domain/mail/mail.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { addMail, requesterOf } from './add-mail.ts';
import { addToDigest } from './add-to-digest.ts';
import { mayTell } from './mail-limits.ts';

export interface News {
  /** Members of the release's build; others are left out. */
  userIds: readonly string[];
  kind: 'mention' | 'review_requested';
  /** Once per person. */
  messageId: string;
  principal: Principal;
  release: Release;
  subject: (buildName: string) => string;
  sentence: (buildName: string) => string;
  /** What was said; null: nothing. */
  excerpt: string | null;
  action: NonNullable<MailBody['action']>;
}

/** Mails news to people as each of them wants it: at once, in one mail a day, or not. */
export async function tellPeople(deps: Deps, tx: Transaction, news: News): Promise<void> {
  const build = await tx.builds.find(news.release.buildId);
  if (build === null) return;
  const listeners = await tx.people.listeners(build.id);
  const said = news.excerpt === null ? [] : [news.excerpt];
  const body = { paragraphs: [news.sentence(build.name), ...said], action: news.action };
  for (const { user, mail } of listeners) {
    if (!news.userIds.includes(user.id) || !user.emailVerified || mail.mention === 'none') continue;
    if (mail.mention === 'digest') await addToDigest(deps, tx, user, body);
    else if (await mayTell(deps, tx, user.email)) {
      await addMail(deps, tx, {
        kind: news.kind,
        messageId: `${news.messageId}-${user.id}`,
        buildId: build.id,
        releaseId: news.release.id,
        requestedBy: requesterOf(news.principal),
        recipient: user.email,
        subject: news.subject(build.name),
        body,
      });
    }
  }
}
