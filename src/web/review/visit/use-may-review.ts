import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries.ts';

/** Whether the viewer may approve, reject and decide in a build; undefined while unknown. */
export function useMayReview(buildId: number): boolean | undefined {
  return useQuery(queries.session(buildId)).data?.build?.mayReview;
}
