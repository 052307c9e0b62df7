import type { Page } from '../../ports/store/page.ts';

/** The part of a list that was asked for; what is absent is the service's default. */
export function pageOf(parameters: {
  page_size?: number | undefined;
  offset?: number | undefined;
}): Partial<Page> {
  return {
    ...(parameters.page_size !== undefined && { limit: parameters.page_size }),
    ...(parameters.offset !== undefined && { offset: parameters.offset }),
  };
}

/** The release that a request is about. */
export function releaseOf(parameters: { build_id: number; release_name: string; release_number: number }) {
  return {
    buildId: parameters.build_id,
    releaseName: parameters.release_name,
    releaseNumber: parameters.release_number,
  };
}
