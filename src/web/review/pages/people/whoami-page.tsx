import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Answer } from '../../api/api.ts';
import { queries } from '../../api/queries.ts';
import { Page } from '../../frame/page.tsx';
import { MyInvitations } from './my-invitations.tsx';
import { MyMail } from './my-mail.tsx';
import { MyPassword } from './my-password.tsx';
import { MySessions } from './my-sessions.tsx';
import { methodWords } from './words.ts';
import { ProblemBanner, ProblemPage } from '../../states/problem.tsx';
import { SkeletonRows } from '../../../kit/skeleton.tsx';
import './people.css';
import '../pages.css';

const kinds = {
  local: 'Anonymous: this server has no logins and only accepts this machine',
  anonymous: 'Not signed in',
  key: 'An API key',
  user: 'A person',
} as const;

/** How the server sees the viewer; for people, also roles and sessions. */
export function WhoamiPage() {
  const { data, error, refetch } = useQuery(queries.session());
  if (data === undefined && error !== null) {
    return <ProblemPage title="Your account" error={error} onRetry={() => void refetch()} />;
  }
  return (
    <Page title="Your account">
      <div className="column narrow">
        {data === undefined ? (
          <SkeletonRows rows={3} height={36} />
        ) : data.person === null ? (
          <SessionDetails session={data} />
        ) : (
          <Person session={data} />
        )}
      </div>
    </Page>
  );
}

function SessionDetails({ session }: { session: Answer<'describeSession'> }) {
  return (
    <>
      <dl className="panel pairs">
        <dt>Signed in as</dt>
        <dd>{kinds[session.principal.kind]}</dd>
        <dt>Name</dt>
        <dd>{session.principal.name}</dd>
        <dt>In the activity log</dt>
        <dd>
          <code>{session.principal.actor}</code>
        </dd>
        <dt>Access</dt>
        <dd>
          {session.principal.isSuperuser
            ? 'Full access to every build and queue'
            : 'As each build allows; can view public builds'}
        </dd>
        <dt>Server</dt>
        <dd>
          Depicted {session.version}, logins {session.authentication}
        </dd>
      </dl>
      {session.principal.kind === 'anonymous' && (
        <p className="entry-more text-13">
          <Link to="/login" search={{ next: '/whoami' }} className="button primary">
            Sign in
          </Link>
        </p>
      )}
    </>
  );
}

function Person({ session }: { session: Answer<'describeSession'> }) {
  const { data: account, error, refetch } = useQuery(queries.account());
  if (account === undefined) {
    return error === null ? (
      <SkeletonRows rows={4} height={36} />
    ) : (
      <ProblemBanner error={error} onRetry={() => void refetch()} />
    );
  }
  const { person, reviewMail, mentionMail, methods, roles, invitations, sessions } = account;
  return (
    <>
      <dl className="panel pairs">
        <dt>Name</dt>
        <dd>{person.name}</dd>
        <dt>E-mail address</dt>
        <dd>{person.email}</dd>
        <dt>ID</dt>
        <dd>
          <code>{person.id}</code>
        </dd>
        <dt>Signs in with</dt>
        <dd>{methods.map((method) => methodWords(method)).join(', ')}</dd>
        <dt>Roles</dt>
        <dd>
          {person.superuser && <div>Superuser: full access to every build and queue</div>}
          {roles.map(({ buildId, buildName, role }) => (
            <div key={buildId}>
              <Link to="/build" search={{ id: String(buildId) }}>
                {buildName}
              </Link>
              : {role}
            </div>
          ))}
          {!person.superuser && roles.length === 0 && 'None yet; you can view public builds'}
        </dd>
        <dt>Server</dt>
        <dd>Depicted {session.version}</dd>
      </dl>
      <MyInvitations invitations={invitations} />
      <MyMail chosen={{ reviewMail, mentionMail }} roles={roles} hasMail={session.signIn?.mail === true} />
      {methods.includes('password') && <MyPassword />}
      <MySessions sessions={sessions} />
    </>
  );
}
