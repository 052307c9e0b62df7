import { Banner } from '../../../kit/banner.tsx';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { wholeNumber } from '../../address/addresses.ts';
import { queries } from '../../api/queries.ts';
import { Page } from '../../frame/page.tsx';
import { BuildTabs } from '../builds/build-tabs.tsx';
import { InvitationList } from './invitation-list.tsx';
import { InviteForm } from './invite-form.tsx';
import { MemberList } from './member-list.tsx';
import { ProblemPage } from '../../states/problem.tsx';
import { Message } from '../../../kit/message.tsx';
import { SkeletonRows } from '../../../kit/skeleton.tsx';
import { useBuild } from '../builds/use-build.ts';
import './people.css';
import '../pages.css';

/** The people of a build and their roles. */
export function AdminsPage() {
  const { build_id: id } = useSearch({ from: '/admins' });
  const buildId = wholeNumber(id);
  const { build, crumbs, error, retry } = useBuild(buildId);
  const { data: session } = useQuery(queries.session(buildId));
  const mayManage = session?.build?.mayManage === true;
  const people = useQuery({ ...queries.members(buildId), enabled: mayManage });
  const problem = error ?? people.error;
  if (problem !== null && (build === undefined || people.data === undefined)) {
    const again = () => {
      retry();
      void people.refetch();
    };
    return <ProblemPage title="Admins" crumbs={crumbs} error={problem} onRetry={again} />;
  }
  return (
    <Page title="Admins" crumbs={crumbs}>
      <BuildTabs buildId={id} />
      <div className="column narrow">
        {session !== undefined && session.build !== null && !mayManage ? (
          <Banner tone="plain">Read-only: only admins can manage people.</Banner>
        ) : session?.authentication === 'off' ? (
          <Message icon="info" title="This server has no logins">
            <p>
              Anyone who can reach it on this machine has full access. To require logins, start it with --auth
              on.
            </p>
          </Message>
        ) : people.data === undefined || build === undefined ? (
          <SkeletonRows rows={3} height={64} />
        ) : (
          <>
            <InviteForm buildId={buildId} hasMail={session?.signIn?.mail === true} />
            <MemberList buildId={buildId} members={people.data.members} myId={session?.person?.id ?? null} />
            <InvitationList buildId={buildId} invitations={people.data.invitations} />
          </>
        )}
      </div>
    </Page>
  );
}
