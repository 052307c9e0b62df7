import type { Page } from '../../ports/store/page.ts';

/** The requested part of a list; absent values use the service's defaults. */
export function pageOf(parameters: {
  page_size?: number | undefined;
  offset?: number | undefined;
}): Partial<Page> {
  return {
    ...(parameters.page_size !== undefined && { limit: parameters.page_size }),
    ...(parameters.offset !== undefined && { offset: parameters.offset }),
  };
}

/** The release of a request. */
export function releaseOf(parameters: { build_id: number; release_name: string; release_number: number }) {
  return {
    buildId: parameters.build_id,
    releaseName: parameters.release_name,
    releaseNumber: parameters.release_number,
  };
}
