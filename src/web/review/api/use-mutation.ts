import {
  useMutation as useQueryMutation,
  type UseMutationOptions,
  type UseMutationResult,
} from '@tanstack/react-query';
import { useLayoutEffect, useRef } from 'react';

/**
 * TanStack's `useMutation` with the function of the newest render: the library takes it over in an effect, which a key
 * that follows a letter at once may precede.
 */
export function useMutation<Data = unknown, Problem = Error, Variables = void>(
  options: UseMutationOptions<Data, Problem, Variables> & {
    mutationFn: (variables: Variables) => Promise<Data>;
  },
): UseMutationResult<Data, Problem, Variables> {
  const newest = useRef(options.mutationFn);
  useLayoutEffect(() => {
    newest.current = options.mutationFn;
  });
  return useQueryMutation({ ...options, mutationFn: (variables) => newest.current(variables) });
}
