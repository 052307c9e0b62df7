import type { Migration } from '../migrate.ts';

/** Whether the comment on a pull request shows images. */
export const commentImages: Migration = {
  name: '0033-comment-images',
  runsWith: '0024-run-changes',
  statements: () => [`alter table forge_connections add column comment_images text not null default 'none'`],
};
