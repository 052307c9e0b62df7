import {
  useMutation as useQueryMutation,
  type UseMutationOptions,
  type UseMutationResult,
} from '@tanstack/react-query';
import { useLayoutEffect, useRef } from 'react';

/**
 * TanStack's `useMutation` with the function of the latest render: the library updates it in an effect, which may run
 * after a key pressed right after a letter.
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
