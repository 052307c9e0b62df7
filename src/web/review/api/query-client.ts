import { QueryClient } from '@tanstack/react-query';

/** One cache for the page. What fails in passing is asked again by the client, so not once more from here. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        staleTime: 5_000,
        gcTime: 300_000,
        retry: false,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}
