import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries.ts';
import { Page } from '../frame/page.tsx';
import { ProblemPage } from '../states/problem.tsx';
import { SkeletonRows } from '../states/skeleton.tsx';
import './pages.css';

const kinds = {
  local: 'Nobody in particular: this server has no logins, and lets in this machine only',
  anonymous: 'Nobody: not signed in',
  key: 'An API key',
  user: 'A person',
} as const;

/** What the server takes the viewer for. */
export function WhoamiPage() {
  const { data, error, refetch } = useQuery(queries.session());
  if (data === undefined && error !== null) {
    return <ProblemPage title="Who am I" error={error} onRetry={() => void refetch()} />;
  }
  return (
    <Page title="Who am I">
      <div className="column narrow">
        {data === undefined ? (
          <SkeletonRows rows={3} height={36} />
        ) : (
          <dl className="panel facts">
            <dt>Signed in as</dt>
            <dd>{kinds[data.principal.kind]}</dd>
            <dt>Name</dt>
            <dd>{data.principal.name}</dd>
            <dt>In the log of decisions</dt>
            <dd>
              <code>{data.principal.actor}</code>
            </dd>
            <dt>May do</dt>
            <dd>
              {data.principal.isSuperuser
                ? 'Everything, in every build and every queue'
                : 'What each build allows; public builds may be looked at'}
            </dd>
            <dt>Server</dt>
            <dd>
              Depicted {data.version}, logins {data.authentication}
            </dd>
          </dl>
        )}
      </div>
    </Page>
  );
}
