import { Banner } from '../../../kit/banner.tsx';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { wholeNumber } from '../../address/addresses.ts';
import { queries } from '../../api/queries.ts';
import { Page } from '../../frame/page.tsx';
import { BuildTabs } from '../builds/build-tabs.tsx';
import { ProblemPage } from '../../states/problem.tsx';
import { SkeletonRows } from '../../../kit/skeleton.tsx';
import { BaselineSections } from './baseline-sections.tsx';
import { CiSection } from './ci-section.tsx';
import { EventSection } from './event-section.tsx';
import { ForgeSection } from './forge-section.tsx';
import { RetentionSections } from './retention-sections.tsx';
import { SecretSection } from './secret-section.tsx';
import { SettingsSection } from './settings-section.tsx';
import { useBuild } from '../builds/use-build.ts';
import '../pages.css';

/** The settings of a build; each section is saved by itself. */
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
            {!mayManage && <Banner tone="plain">Read-only: only admins can change settings.</Banner>}
            <SettingsSection
              build={build}
              title="Name"
              hint="Shown everywhere. Links use the build number and do not change."
              mayChange={mayManage}
              initial={{ name: build.name }}
              fields={[{ kind: 'text', name: 'name', label: 'Build name', isRequired: true }]}
            />
            <SettingsSection
              build={build}
              title="Visibility"
              hint="Only reviewers and admins can decide, whichever you choose."
              mayChange={mayManage}
              initial={{ isPublic: build.isPublic }}
              fields={[
                {
                  kind: 'flag',
                  name: 'isPublic',
                  label: 'Public',
                  hint: 'Anyone who can reach this server can view every release and image of this build.',
                },
              ]}
            />
            <SettingsSection
              build={build}
              title="Comparison"
              hint="For runs whose config does not set failOnForgiven. Runs that have already been compared do not change."
              mayChange={mayManage}
              initial={{ failOnForgiven: build.failOnForgiven }}
              fields={[
                {
                  kind: 'flag',
                  name: 'failOnForgiven',
                  label: 'Count forgiven pixels as differences',
                  hint: 'Screenshots that match only because anti-aliasing or a threshold forgave pixels then need review.',
                },
              ]}
            />
            <BaselineSections build={build} mayChange={mayManage} />
            <SettingsSection
              build={build}
              title="Workers"
              hint="For releases created from now on, and pages whose config does not set workerLabel."
              mayChange={mayManage}
              initial={{ workerLabel: build.workerLabel }}
              fields={[
                {
                  kind: 'text',
                  name: 'workerLabel',
                  label: 'Label',
                  hint: 'Only workers with this label capture the pages, such as those inside a VPN: dpxdt worker --label vpn. Leave empty for any worker.',
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
                      ? `Not confirmed yet: mail goes to the admins until someone follows the link sent to ${build.emailAlias}.`
                      : 'Where mail goes instead of to all admins, such as a mailing list. Leave empty for all admins. A new address must first confirm by mail.',
                },
              ]}
            />
            {mayManage && <SecretSection build={build} />}
            {mayManage && <ForgeSection build={build} />}
            {mayManage && <CiSection buildId={build.id} />}
            {mayManage && <EventSection buildId={build.id} />}
            <RetentionSections build={build} mayChange={mayManage} />
          </>
        )}
      </div>
    </Page>
  );
}
