import { Banner } from '../../../kit/banner.tsx';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { wholeNumber } from '../../address/addresses.ts';
import { queries } from '../../api/queries.ts';
import { Page } from '../../frame/page.tsx';
import { BuildTabs } from '../builds/build-tabs.tsx';
import { ProblemPage } from '../../states/problem.tsx';
import { SkeletonRows } from '../../../kit/skeleton.tsx';
import { SettingsSection } from './settings-section.tsx';
import { useBuild } from '../builds/use-build.ts';
import '../pages.css';

/** Name, visibility and mail of a build; each section is saved by itself. */
export function SettingsPage() {
  const { build_id: id } = useSearch({ from: '/settings' });
  const buildId = wholeNumber(id);
  const { build, crumbs, error, retry } = useBuild(buildId);
  const session = useQuery(queries.session(buildId));
  if (error !== null && build === undefined) {
    return <ProblemPage title="Settings" crumbs={crumbs} error={error} onRetry={retry} />;
  }
  const mayManage = session.data?.build?.mayManage === true;
  return (
    <Page title="Settings" crumbs={crumbs}>
      <BuildTabs buildId={id} />
      <div className="column narrow">
        {build === undefined || session.data === undefined ? (
          <SkeletonRows rows={3} height={64} />
        ) : (
          <>
            {!mayManage && (
              <Banner tone="plain">You can look, not change: settings are for admins of this build.</Banner>
            )}
            <SettingsSection
              build={build}
              title="Name"
              hint="Shown everywhere; links use the number of the build and stay as they are."
              mayChange={mayManage}
              initial={{ name: build.name }}
              fields={[{ kind: 'text', name: 'name', label: 'Name of the build', isRequired: true }]}
            />
            <SettingsSection
              build={build}
              title="Visibility"
              hint="Only people who may review can decide, whatever you choose."
              mayChange={mayManage}
              initial={{ isPublic: build.isPublic }}
              fields={[
                {
                  kind: 'flag',
                  name: 'isPublic',
                  label: 'Public',
                  hint: 'Anyone who reaches this server may look at every release and image of this build.',
                },
              ]}
            />
            <SettingsSection
              build={build}
              title="Comparison"
              hint="For runs whose config says nothing about it (failOnForgiven). Runs that are compared already stay as they are."
              mayChange={mayManage}
              initial={{ failOnForgiven: build.failOnForgiven }}
              fields={[
                {
                  kind: 'flag',
                  name: 'failOnForgiven',
                  label: 'Forgiven pixels are a difference',
                  hint: 'Screenshots that are the same only because anti-aliasing or a threshold forgave pixels must then be reviewed.',
                },
              ]}
            />
            <SettingsSection
              build={build}
              title="Mail"
              hint="One mail per release, when it is ready for review."
              mayChange={mayManage}
              initial={{ sendEmail: build.sendEmail, emailAlias: build.emailAlias ?? '' }}
              fields={[
                { kind: 'flag', name: 'sendEmail', label: 'Send mail' },
                {
                  kind: 'text',
                  name: 'emailAlias',
                  label: 'Address',
                  hint:
                    build.emailAlias !== null && !build.emailAliasConfirmed
                      ? `Not confirmed yet: admins get the mail until somebody follows the link that was sent to ${build.emailAlias}.`
                      : 'Where the mail goes instead of to all admins, e.g. a mailing list. Empty: to all admins. A new address gets a mail first, and must confirm it.',
                },
              ]}
            />
          </>
        )}
      </div>
    </Page>
  );
}
