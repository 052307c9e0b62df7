import type { Migration } from '../migrate.ts';

/** How a member hears of releases of one build; null: as they chose for all. */
export const buildMail: Migration = {
  name: '0034-build-mail',
  runsWith: '0024-run-changes',
  statements: () => [`alter table memberships add column review_mail text`],
};
