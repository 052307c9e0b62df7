import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { buildSecretLimits } from '../../../../domain/capture/build-secrets.ts';
import { api } from '../../api/api.ts';
import { toProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import type { Build, BuildSecret } from '../../api/shapes.ts';
import { useMutation } from '../../api/use-mutation.ts';
import { toast } from '../../frame/toasts.ts';
import { sentenceOf } from '../../states/problem.tsx';
import { SecretForm } from './secret-form.tsx';
import './secrets.css';

/** The secrets that steps of captures fill in. Values are only ever sent. */
export function SecretSection({ build }: { build: Build }) {
  const { data, error } = useQuery(queries.buildSecrets(build.id));
  const [isAdding, setAdding] = useState(false);
  const secrets = data?.secrets ?? [];
  const isFull = secrets.length >= buildSecretLimits.secrets;
  return (
    <section className="panel" aria-labelledby="secrets-title">
      <h2 id="secrets-title">Secrets</h2>
      <p>
        Steps fill them in as <code>{'${secret:NAME}'}</code>, on the given origins only. Releases from forks
        get none.
      </p>
      {error !== null && <p className="form-error text-13">{sentenceOf(toProblem(error))}</p>}
      {secrets.map((secret) => (
        <Secret key={secret.name} secret={secret} buildId={build.id} />
      ))}
      {isAdding ? (
        <SecretForm buildId={build.id} secret={null} onClose={() => setAdding(false)} />
      ) : (
        <div className="secret-add">
          <button
            type="button"
            className="button"
            disabled={data === undefined || isFull}
            onClick={() => setAdding(true)}
          >
            Add a secret
          </button>
          {isFull && <span className="muted text-12">A build has at most {buildSecretLimits.secrets}.</span>}
        </div>
      )}
    </section>
  );
}

function Secret({ secret, buildId }: { secret: BuildSecret; buildId: number }) {
  const { name, origins } = secret;
  const [shown, setShown] = useState<'replace' | 'delete' | null>(null);
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.deleteBuildSecret({ buildId, secretName: name }),
    onSuccess: () => {
      toast(`${name} is deleted.`);
      return client.invalidateQueries({ queryKey: ['build', buildId, 'secrets'] });
    },
    onError: (error: unknown) => toast(sentenceOf(toProblem(error)), { tone: 'problem' }),
  });
  return (
    <article className="secret" aria-label={name}>
      <div className="secret-words">
        <strong className="mono text-13">{name}</strong>
        <span className="muted text-13">{origins.join(', ')}</span>
      </div>
      {shown === 'replace' ? (
        <SecretForm buildId={buildId} secret={secret} onClose={() => setShown(null)} />
      ) : (
        <div className="form-actions line">
          {shown === 'delete' ? (
            <>
              <button
                type="button"
                className="button small reject"
                disabled={remove.isPending}
                onClick={() => remove.mutate()}
              >
                Delete secret
              </button>
              <button type="button" className="button small" onClick={() => setShown(null)}>
                Keep
              </button>
              <span className="muted text-12">Captures that need it fail from then on.</span>
            </>
          ) : (
            <>
              <button type="button" className="button small" onClick={() => setShown('replace')}>
                Replace
              </button>
              <button type="button" className="button small" onClick={() => setShown('delete')}>
                Delete
              </button>
            </>
          )}
        </div>
      )}
    </article>
  );
}
