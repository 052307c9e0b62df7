import { checkInteger } from '../domain/names.ts';
import type { Page } from '../ports/store/page.ts';

const defaultLimit = 100;
const maxLimit = 1_000;

/** A validated result page; by default the first 100. @throws AppError `invalid_argument` */
export function checkPage(page: Partial<Page>): Page {
  return {
    limit: checkInteger('page_size', page.limit ?? defaultLimit, 1, maxLimit),
    offset: checkInteger('offset', page.offset ?? 0, 0, Number.MAX_SAFE_INTEGER),
  };
}
