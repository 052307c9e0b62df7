import { useMutation } from '../../api/use-mutation.ts';
import { api } from '../../api/api.ts';
import { toProblem } from '../../api/problem.ts';
import { sentenceOf } from '../../states/problem.tsx';

/** A button for each provider; the browser returns signed in. */
export function Providers({
  providers,
  next,
}: {
  providers: readonly { id: string; name: string }[];
  next: string | undefined;
}) {
  const start = useMutation({
    mutationFn: (provider: string) => api.startProvider({ provider, next }),
    onSuccess: ({ url }) => window.location.assign(url),
  });
  if (providers.length === 0) return null;
  return (
    <div className="entry-providers">
      {providers.map(({ id, name }) => (
        <button
          key={id}
          type="button"
          className="button entry-button"
          disabled={start.isPending}
          onClick={() => start.mutate(id)}
        >
          Continue with {name}
        </button>
      ))}
      {start.error !== null && (
        <p className="form-error text-13" role="alert">
          {sentenceOf(toProblem(start.error))}
        </p>
      )}
    </div>
  );
}
