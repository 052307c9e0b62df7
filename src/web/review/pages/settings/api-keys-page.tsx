import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMutation } from '../../api/use-mutation.ts';
import { useSearch } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { wholeNumber } from '../../address/addresses.ts';
import { api, type Answer } from '../../api/api.ts';
import { toProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import type { ApiKey } from '../../api/shapes.ts';
import { actorName } from '../../decisions/actor-name.ts';
import { toast } from '../../frame/toasts.ts';
import { Page } from '../../frame/page.tsx';
import { Age } from '../../../kit/age.tsx';
import { BuildTabs } from '../builds/build-tabs.tsx';
import { CopyField } from '../../../kit/copy-field.tsx';
import { ProblemPage, sentenceOf } from '../../states/problem.tsx';
import { Message } from '../../../kit/message.tsx';
import { SkeletonRows } from '../../../kit/skeleton.tsx';
import { useBuild } from '../builds/use-build.ts';
import '../pages.css';
import './api-keys-page.css';

/** The API keys of a build. */
export function ApiKeysPage() {
  const { build_id: id } = useSearch({ from: '/api_keys' });
  const buildId = wholeNumber(id);
  const { build, crumbs, error, retry } = useBuild(buildId);
  const query = useQuery(queries.keys(buildId));
  const { data: session } = useQuery(queries.session(buildId));
  const [created, setCreated] = useState<Answer<'createKey'> | null>(null);
  const problem = error ?? query.error;
  if (problem !== null && query.data === undefined) {
    const again = () => {
      retry();
      void query.refetch();
    };
    return <ProblemPage title="API keys" crumbs={crumbs} error={problem} onRetry={again} />;
  }
  const mayManage = session?.build?.mayManage === true;
  const keys = query.data?.keys;
  const live = keys?.filter((key) => key.revokedAt === null) ?? [];
  const revoked = keys?.filter((key) => key.revokedAt !== null) ?? [];
  return (
    <Page title="API keys" crumbs={crumbs}>
      <BuildTabs buildId={id} />
      <div className="column">
        {keys === undefined || build === undefined ? (
          <SkeletonRows rows={3} height={48} />
        ) : (
          <>
            {mayManage && <CreateKey buildId={buildId} onCreated={setCreated} />}
            {created !== null && <NewSecret created={created} buildId={buildId} />}
            {keys.length === 0 && created === null && (
              <Message icon="info" title="No API keys yet">
                <p>Tools and CI jobs sign in with a key.</p>
              </Message>
            )}
            {live.length > 0 && <KeyList title="Keys" keys={live} mayManage={mayManage} />}
            {revoked.length > 0 && (
              <details className="revoked text-13">
                <summary>
                  {revoked.length} revoked {revoked.length === 1 ? 'key' : 'keys'}
                </summary>
                <KeyList title="Revoked keys" keys={revoked} mayManage={false} />
              </details>
            )}
          </>
        )}
      </div>
    </Page>
  );
}

function CreateKey({
  buildId,
  onCreated,
}: {
  buildId: number;
  onCreated: (created: Answer<'createKey'>) => void;
}) {
  const [purpose, setPurpose] = useState('');
  const id = useId();
  const client = useQueryClient();
  const create = useMutation({
    mutationFn: () => api.createKey({ buildId, purpose: purpose.trim() }),
    onSuccess: (created) => {
      setPurpose('');
      onCreated(created);
      void client.invalidateQueries({ queryKey: ['build', buildId, 'keys'] });
    },
  });
  return (
    <form
      className="key-form"
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <label htmlFor={id}>What is the key for?</label>
      <input
        id={id}
        className="field"
        value={purpose}
        maxLength={255}
        placeholder="e.g. CI of the shop"
        autoComplete="off"
        onChange={(event) => setPurpose(event.target.value)}
      />
      <button className="button primary" disabled={purpose.trim() === '' || create.isPending}>
        Create key
      </button>
      {create.error !== null && (
        <p className="form-error text-13" role="alert">
          {sentenceOf(toProblem(create.error))}
        </p>
      )}
    </form>
  );
}

function NewSecret({ created: { key, secret }, buildId }: { created: Answer<'createKey'>; buildId: number }) {
  const curl = `curl -u ${key.id}:${secret} ${window.location.origin}/api/create_release -d build_id=${buildId} -d release_name=first`;
  const environment = `export DPXDT_SERVER=${window.location.origin} DPXDT_BUILD_ID=${buildId} DPXDT_CLIENT_ID=${key.id} DPXDT_CLIENT_SECRET=${secret}`;
  return (
    <section className="panel" aria-label="New key">
      <h2>Key “{key.purpose}” is ready</h2>
      <p>The secret is shown only once. Store it with your CI secrets.</p>
      <dl className="pairs">
        <dt>ID</dt>
        <dd>
          <CopyField label="Key ID" text={key.id} />
        </dd>
        <dt>Secret</dt>
        <dd>
          <CopyField label="Key secret" text={secret} />
        </dd>
        <dt>For the tools</dt>
        <dd>
          <CopyField label="Settings for the tools" text={environment} />
        </dd>
        <dt>Try it</dt>
        <dd>
          <CopyField label="Example call" text={curl} />
        </dd>
      </dl>
    </section>
  );
}

function KeyList({ title, keys, mayManage }: { title: string; keys: readonly ApiKey[]; mayManage: boolean }) {
  return (
    <section aria-label={title}>
      <ul className="rows key-rows">
        {keys.map((key) => (
          <KeyRow key={key.id} apiKey={key} mayManage={mayManage} />
        ))}
      </ul>
    </section>
  );
}

function KeyRow({ apiKey: key, mayManage }: { apiKey: ApiKey; mayManage: boolean }) {
  const client = useQueryClient();
  const [isSure, setSure] = useState(false);
  const revoke = useMutation({
    mutationFn: () => api.revokeKey({ buildId: key.buildId!, keyId: key.id }),
    onSuccess: () => {
      toast(`Key “${key.purpose}” revoked.`);
      return client.invalidateQueries({ queryKey: ['build', key.buildId, 'keys'] });
    },
    onError: (error) => toast(`Not revoked: ${sentenceOf(toProblem(error))}`, { tone: 'problem' }),
  });
  return (
    <li className="row key-row">
      <span className="key-purpose line">
        <strong>{key.purpose}</strong>
        {key.superuser && <span className="tag muted text-12">Superuser</span>}
      </span>
      <code className="key-id ellipsis">{key.id}</code>
      <span className="muted">
        {key.revokedAt !== null ? (
          <>
            revoked <Age at={key.revokedAt} />
          </>
        ) : key.lastUsedAt === null ? (
          'never used'
        ) : (
          <>
            used <Age at={key.lastUsedAt} />
          </>
        )}
      </span>
      <span className="muted">
        made <Age at={key.createdAt} /> by {actorName(key.createdBy)}
      </span>
      {mayManage && key.buildId !== null && (
        <span className="key-actions">
          {isSure ? (
            <>
              <button
                type="button"
                className="button small reject"
                disabled={revoke.isPending}
                onClick={() => revoke.mutate()}
              >
                Revoke permanently
              </button>
              <button type="button" className="button small" onClick={() => setSure(false)}>
                Keep
              </button>
            </>
          ) : (
            <button
              type="button"
              className="button small"
              aria-label={`Revoke “${key.purpose}”`}
              onClick={() => setSure(true)}
            >
              Revoke
            </button>
          )}
        </span>
      )}
    </li>
  );
}
