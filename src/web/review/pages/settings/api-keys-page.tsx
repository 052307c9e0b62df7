import { useQuery, useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { wholeNumber } from '../../address/addresses.ts';
import { api, type Answer } from '../../api/api.ts';
import { queries } from '../../api/queries.ts';
import type { ApiKey } from '../../api/shapes.ts';
import { Page } from '../../frame/page.tsx';
import { BuildTabs } from '../builds/build-tabs.tsx';
import { ProblemPage } from '../../states/problem.tsx';
import { Message } from '../../../kit/message.tsx';
import { SkeletonRows } from '../../../kit/skeleton.tsx';
import { CreateKey } from '../keys/create-key.tsx';
import { KeyRow } from '../keys/key-row.tsx';
import { NewKey } from '../keys/new-key.tsx';
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
  const client = useQueryClient();
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
            {mayManage && (
              <CreateKey
                example="CI of the shop"
                create={(purpose) => api.createKey({ buildId, purpose })}
                onCreated={(created) => {
                  setCreated(created);
                  void client.invalidateQueries({ queryKey: listOf(buildId) });
                }}
              />
            )}
            {created !== null && (
              <NewKey
                apiKey={created.key}
                secret={created.secret}
                advice="The secret is shown only once. Store it with your CI secrets."
                settings={settingsOf(created, buildId)}
              />
            )}
            {keys.length === 0 && created === null && (
              <Message icon="info" title="No API keys yet">
                <p>Tools and CI jobs sign in with a key.</p>
              </Message>
            )}
            {live.length > 0 && <KeyList title="Keys" keys={live} buildId={buildId} mayManage={mayManage} />}
            {revoked.length > 0 && (
              <details className="revoked text-13">
                <summary>
                  {revoked.length} revoked {revoked.length === 1 ? 'key' : 'keys'}
                </summary>
                <KeyList title="Revoked keys" keys={revoked} buildId={buildId} mayManage={false} />
              </details>
            )}
          </>
        )}
      </div>
    </Page>
  );
}

function KeyList({
  title,
  keys,
  buildId,
  mayManage,
}: {
  title: string;
  keys: readonly ApiKey[];
  buildId: number;
  mayManage: boolean;
}) {
  return (
    <section aria-label={title}>
      <ul className="rows key-rows">
        {keys.map((key) => (
          <KeyRow
            key={key.id}
            apiKey={key}
            kind={key.superuser ? 'Superuser' : null}
            list={listOf(buildId)}
            revoke={mayManage ? () => api.revokeKey({ buildId, keyId: key.id }) : null}
          />
        ))}
      </ul>
    </section>
  );
}

function listOf(buildId: number): QueryKey {
  return queries.keys(buildId).queryKey;
}

/** How tools use a key. */
function settingsOf({ key, secret }: Answer<'createKey'>, buildId: number) {
  const { origin } = window.location;
  return [
    {
      title: 'For the tools',
      label: 'Settings for the tools',
      text: `export DPXDT_SERVER=${origin} DPXDT_BUILD_ID=${buildId} DPXDT_CLIENT_ID=${key.id} DPXDT_CLIENT_SECRET=${secret}`,
    },
    {
      title: 'Try it',
      label: 'Example call',
      text: `curl -u ${key.id}:${secret} ${origin}/api/create_release -d build_id=${buildId} -d release_name=first`,
    },
  ];
}
