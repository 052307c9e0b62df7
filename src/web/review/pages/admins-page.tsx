import { Link, useSearch } from '@tanstack/react-router';
import { wholeNumber } from '../address/addresses.ts';
import { Page } from '../frame/page.tsx';
import { BuildTabs } from '../parts/build-tabs.tsx';
import { Message, ProblemPage } from '../states/problem.tsx';
import { useBuild } from './use-build.ts';
import './pages.css';

/** Who may do what. People cannot sign in yet, so there is nobody to list. */
export function AdminsPage() {
  const { build_id: id } = useSearch({ from: '/admins' });
  const { build, crumbs, error, retry } = useBuild(wholeNumber(id));
  if (error !== null && build === undefined) {
    return <ProblemPage title="Admins" crumbs={crumbs} error={error} onRetry={retry} />;
  }
  return (
    <Page title="Admins" crumbs={crumbs}>
      <BuildTabs buildId={id} />
      <div className="column narrow">
        <Message icon="info" title="People cannot sign in to this server yet">
          <p>
            Who reaches a server without logins may do everything; a server with logins lets in API keys, and
            anyone to look at public builds.
          </p>
          <p className="message-actions">
            <Link to="/api_keys" search={{ build_id: id }} className="button">
              API keys
            </Link>
          </p>
        </Message>
      </div>
    </Page>
  );
}
