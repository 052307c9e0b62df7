import type { Migration } from '../migrate.ts';

/** How the screenshots of a run were taken. */
export const captureFacts: Migration = {
  name: '0003-capture-facts',
  statements: () => [
    `alter table runs add column capture_facts text`,
    `alter table runs add column ref_capture_facts text`,
  ],
};
