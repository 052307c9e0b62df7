import { QueryClient } from '@tanstack/react-query';
import { isPassing, toProblem } from './problem.ts';

const maxRetries = 2;

/** The page's query cache. Transient failures are retried; refusals are not. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        staleTime: 5_000,
        gcTime: 300_000,
        retry: (count, error) => count < maxRetries && isPassing(toProblem(error)),
        retryDelay: (attempt) => 500 * 2 ** attempt,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}
