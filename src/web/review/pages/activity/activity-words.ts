/** Texts for entries of the activity log. Pure. */

import type { Answer } from '../../api/api.ts';
import type { ActivityEntry } from '../../api/shapes.ts';

export type ActivityPage = Answer<'listActivity'>;

const verbs: Record<string, string> = {
  run_approved: 'approved',
  run_rejected: 'rejected',
  run_verdict_taken_back: 'undid the verdict on',
  change_approved: 'approved a change in',
  change_rejected: 'rejected a change in',
  decision_undone: 'undid a decision in',
  comment_added: 'commented on',
  comment_edited: 'edited a comment on',
  comment_deleted: 'deleted a comment on',
  comment_resolved: 'resolved a thread on',
  comment_reopened: 'reopened a thread on',
  release_good: 'marked good',
  release_bad: 'marked bad',
  release_reopened: 'reopened for review',
  release_deleted: 'deleted',
  release_restored: 'restored',
  retention_deleted: 'deleted by retention',
  build_deleted: 'deleted the build',
  build_restored: 'restored the build',
  runs_requested_again: 'requested again',
  baseline_changed: 'compared with another release',
  removal_confirmed: 'confirmed a removal in',
  removal_rejected: 'called a page back in',
  removal_undecided: 'undid the verdict on a missing page in',
  build_created: 'created the build',
  build_changed: 'changed the settings',
  forge_connected: 'connected a forge',
  forge_connection_changed: 'changed the connection with a forge',
  forge_disconnected: 'removed the connection with a forge',
  secret_set: 'set a secret',
  secret_deleted: 'deleted a secret',
  ci_trusted: 'let CI jobs exchange their tokens',
  ci_distrusted: 'no longer lets CI jobs exchange their tokens',
  endpoint_added: 'added an endpoint for events',
  endpoint_changed: 'changed an endpoint for events',
  endpoint_removed: 'removed an endpoint for events',
  endpoint_secret_changed: 'gave an endpoint for events another secret',
  endpoint_turned_off: 'turned off an endpoint that took no events',
  key_created: 'created an API key',
  key_revoked: 'revoked an API key',
  key_made_superuser: 'made a key a superuser',
  artifact_corrupt: 'found a damaged file',
  member_added: 'added',
  member_invited: 'invited',
  member_changed: 'changed the role of',
  member_removed: 'removed',
  invitation_accepted: 'accepted an invitation',
  invitation_changed: 'changed the invitation of',
  invitation_declined: 'declined an invitation',
  email_alias_confirmed: 'confirmed mail to',
  mail_limited: 'reached the mail limit for today',
  invitation_revoked: 'revoked the invitation of',
  mail_delayed: 'could not send mail yet',
  mail_failed: 'gave up sending mail',
};

/** The filter choices. */
export const activityKinds: readonly (readonly [kind: string, words: string])[] = [
  ['', 'Everything'],
  ['run_approved', 'Approvals'],
  ['run_rejected', 'Rejections'],
  ['run_verdict_taken_back', 'Verdicts undone'],
  ['change_approved', 'Changes approved'],
  ['change_rejected', 'Changes rejected'],
  ['decision_undone', 'Decisions undone'],
  ['comment_added', 'Comments'],
  ['comment_deleted', 'Comments deleted'],
  ['release_good', 'Marked good'],
  ['release_bad', 'Marked bad'],
  ['release_reopened', 'Reopen review'],
  ['release_deleted', 'Releases deleted'],
  ['release_restored', 'Releases restored'],
  ['retention_deleted', 'Retention'],
  ['runs_requested_again', 'Captured again'],
  ['baseline_changed', 'Baselines chosen'],
  ['removal_confirmed', 'Removals confirmed'],
  ['removal_rejected', 'Pages called back'],
  ['build_changed', 'Settings'],
  ['key_created', 'Keys created'],
  ['key_revoked', 'Keys revoked'],
  ['member_invited', 'Invitations'],
  ['member_changed', 'Roles changed'],
  ['mail_failed', 'Mail not sent'],
];

/** `approved`; an unknown kind is written out: `mail_sent` as `mail sent`. */
export function activityVerb(kind: string): string {
  return verbs[kind] ?? kind.replaceAll('_', ' ');
}

/** The entry's details: a note, the purpose of a key, the changed settings. */
export function activityDetail({ kind, detail }: ActivityEntry): string {
  const text = (name: string) => (typeof detail[name] === 'string' ? detail[name] : '');
  if (kind === 'build_changed') return Object.keys(detail).map(settingWord).join(', ');
  const rejected = detail['except_rejected'];
  if (kind === 'release_good' && typeof rejected === 'number') {
    const except = `except ${rejected} rejected ${rejected === 1 ? 'run' : 'runs'}`;
    return text('note') === '' ? except : `${except}: ${text('note')}`;
  }
  if (kind === 'runs_requested_again' && typeof detail['count'] === 'number' && detail['count'] > 1)
    return `${detail['count']} runs`;
  if (kind.startsWith('member_') || kind.startsWith('invitation_')) {
    const who =
      kind === 'invitation_accepted' || kind === 'invitation_declined' ? '' : text('name') || text('email');
    const role = text('to') || text('role');
    return [who, role === 'none' ? '' : role].filter((part) => part !== '').join(', ');
  }
  if (kind === 'release_deleted') return `${text('release')} #${String(detail['number'])}`;
  if (kind === 'retention_deleted') return releasesWords(detail);
  if (kind.startsWith('removal_') || kind.startsWith('secret_')) return text('name');
  if (kind === 'baseline_changed') return text('release');
  if (kind === 'email_alias_confirmed') return text('email_alias');
  return text('note') || text('purpose') || text('reason') || text('problem');
}

/** The thread of a comment, for the address that opens it; undefined: the entry is about no comment. */
export function threadOf({ kind, detail }: Pick<ActivityEntry, 'kind' | 'detail'>): string | undefined {
  if (!kind.startsWith('comment_')) return undefined;
  const id = detail['reply_to'] ?? detail['comment'];
  return typeof id === 'number' ? String(id) : undefined;
}

/** Whether the details of an entry name its release, which is in no list any more. */
export function namesItsRelease(kind: string): boolean {
  return kind === 'release_deleted';
}

/** `12 releases: main 1 #1, main 2 #1 …` */
function releasesWords({ releases, named }: ActivityEntry['detail']): string {
  const count = Number(releases);
  const names = Array.isArray(named) ? named.map(String) : [];
  const words = count === 1 ? '1 release' : `${count.toLocaleString('en-US')} releases`;
  return `${words}: ${names.join(', ')}${names.length < count ? ' …' : ''}`;
}

function settingWord(name: string): string {
  const words: Record<string, string> = {
    name: 'name',
    isPublic: 'visibility',
    sendEmail: 'mail',
    emailAlias: 'mail address',
    failOnForgiven: 'forgiven pixels',
    workerLabel: 'workers',
    mainBranches: 'main branches',
    baseline: 'choice of baselines',
    firstRun: 'new pages on main',
    newImages: 'new pages',
    removedImages: 'missing pages',
    mainUnreviewed: 'unreviewed screenshots of main',
    baselineWaitSeconds: 'wait for main',
    carryOver: 'verdicts taken over',
    carryOverDays: 'age of verdicts',
    carryOverAcrossEngines: 'verdicts of other browsers',
    freshReview: 'fresh review',
    nameReviewers: 'names of reviewers',
    keepReleases: 'retention of releases',
    keepDays: 'retention in days',
    branchDays: 'retention of branches',
  };
  return words[name] ?? name;
}

/** Days in the viewer's time zone, newest first, with their entries. */
export function groupByDay(
  activity: readonly ActivityEntry[],
  now: number,
): { day: string; entries: ActivityEntry[] }[] {
  const days: { day: string; entries: ActivityEntry[] }[] = [];
  for (const entry of activity) {
    const day = dayWords(entry.at, now);
    if (days.at(-1)?.day === day) days.at(-1)!.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}

function dayWords(at: number, now: number): string {
  const midnight = (time: number) => new Date(time).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(now) - midnight(at)) / 86_400_000);
  if (days <= 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return new Date(at).toLocaleDateString('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
}
