import {
  defaultBaselineSettings,
  maxApprovals,
  maxBaselineWaitSeconds,
  maxCarryOverDays,
} from '../../../../domain/baselines/settings.ts';
import type { Build } from '../../api/shapes.ts';
import { SettingsSection } from './settings-section.tsx';

const defaults = defaultBaselineSettings;

/** How a build chooses its baselines, and which decisions it asks for. */
export function BaselineSections({ build, mayChange }: { build: Build; mayChange: boolean }) {
  return (
    <>
      <SettingsSection
        build={build}
        title="Baselines"
        hint="What a page is compared with. Changes count from now on; Compare again applies them to a release in review."
        mayChange={mayChange}
        initial={{
          mainBranches: build.mainBranches.join('\n'),
          baseline: build.baseline,
          mainUnreviewed: build.mainUnreviewed,
          baselineWaitSeconds: String(build.baselineWaitSeconds),
        }}
        fields={[
          {
            kind: 'lines',
            name: 'mainBranches',
            label: 'Main branches',
            hint: `One name or pattern per line: * is any text without /, ** any text at all, ? one character. Default: ${defaults.mainBranches.join(', ')}.`,
          },
          {
            kind: 'choice',
            name: 'baseline',
            label: 'Choose along',
            hint: 'Clients that send no history always get the latest good release. Default: git’s history.',
            options: [
              ['auto', 'Git’s history: the closest accepted screenshot'],
              ['newest_good', 'Time: the latest good release that has the page'],
            ],
          },
          {
            kind: 'choice',
            name: 'mainUnreviewed',
            label: 'If main has a screenshot that no one has reviewed',
            hint: 'Compared with it, a branch does not show main’s change again. Default: compare with it.',
            options: [
              ['use', 'Compare branches with it'],
              ['skip', 'Compare with the accepted one before it'],
            ],
          },
          {
            kind: 'number',
            name: 'baselineWaitSeconds',
            label: 'Wait for an unfinished release of main',
            hint: `From the creation of that release. Default: ${defaults.baselineWaitSeconds} s; 0: do not wait.`,
            unit: 's',
            min: 0,
            max: maxBaselineWaitSeconds,
          },
        ]}
      />
      <SettingsSection
        build={build}
        title="New and missing pages"
        hint="Whether a release that follows git waits for a decision about them."
        mayChange={mayChange}
        initial={{
          firstRun: build.firstRun,
          newImages: build.newImages,
          removedImages: build.removedImages,
        }}
        fields={[
          {
            kind: 'choice',
            name: 'firstRun',
            label: 'New pages on main',
            hint: 'Default: accept.',
            options: [
              ['accept', 'Accept them as their first baseline'],
              ['review', 'Ask for a decision'],
            ],
          },
          {
            kind: 'choice',
            name: 'newImages',
            label: 'New pages on other branches',
            hint: 'Default: ask.',
            options: [
              ['review', 'Ask for a decision'],
              ['pass', 'Let them pass'],
            ],
          },
          {
            kind: 'choice',
            name: 'removedImages',
            label: 'Pages of the baseline that are missing',
            hint: 'Default: ask.',
            options: [
              ['review', 'Ask for a decision'],
              ['pass', 'Let them pass'],
            ],
          },
        ]}
      />
      <SettingsSection
        build={build}
        title="Approvals"
        hint="How many people must approve a run. One rejection stands until it is undone. Approvals by API keys never count towards more than one."
        mayChange={mayChange}
        initial={{ approvals: String(build.approvals), notByAuthor: build.notByAuthor }}
        fields={[
          {
            kind: 'number',
            name: 'approvals',
            label: 'People who must approve',
            hint: `1 to ${maxApprovals}. Default: 1.`,
            unit: 'people',
            min: 1,
            max: maxApprovals,
          },
          {
            kind: 'flag',
            name: 'notByAuthor',
            label: 'Not by the author',
            hint: 'The author of the newest commit, recognized by mail address or name, does not count. Default: off.',
          },
        ]}
      />
      <SettingsSection
        build={build}
        title="Earlier verdicts"
        hint="A run with the same image as one that was approved or rejected in its branch or history can get that verdict; one with the same changes, that approval."
        mayChange={mayChange}
        initial={{
          carryOver: build.carryOver,
          carryOverDays: String(build.carryOverDays),
          carryOverAcrossEngines: build.carryOverAcrossEngines,
          freshReview: build.freshReview,
          nameReviewers: build.nameReviewers,
        }}
        fields={[
          {
            kind: 'choice',
            name: 'carryOver',
            label: 'Take verdicts over',
            hint: 'Default: for the same image or changes.',
            options: [
              ['changes', 'For the same image or changes'],
              ['exact', 'For the same image only'],
              ['off', 'Never'],
            ],
          },
          {
            kind: 'number',
            name: 'carryOverDays',
            label: 'Verdicts count for',
            hint: `Default: ${defaults.carryOverDays} days.`,
            unit: 'days',
            min: 1,
            max: maxCarryOverDays,
          },
          {
            kind: 'flag',
            name: 'carryOverAcrossEngines',
            label: 'Approvals of changes count for other browsers, too',
            hint: 'Where another browser, or another version of it, took the image. Default: off.',
          },
          {
            kind: 'flag',
            name: 'freshReview',
            label: 'Every release asks about everything again',
            hint: 'No earlier verdict counts. Default: off.',
          },
          {
            kind: 'flag',
            name: 'nameReviewers',
            label: 'Name reviewers outside this server',
            hint: 'Texts for a forge, such as comments on a pull request, say who decided. Default: off.',
          },
        ]}
      />
    </>
  );
}
