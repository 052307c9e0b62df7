import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { snakeName } from '../../../../contract/letter-case.ts';
import { maxKeepDays, maxKeepReleases } from '../../../../domain/releases/retention.ts';
import { plural } from '../../../kit/format.ts';
import { api } from '../../api/api.ts';
import { toProblem } from '../../api/problem.ts';
import type { Build } from '../../api/shapes.ts';
import { useMutation } from '../../api/use-mutation.ts';
import { DeleteDialog } from '../../deletion/delete-dialog.tsx';
import { DeletedReleases } from '../../deletion/deleted-list.tsx';
import { diskWords } from '../../deletion/disk-words.ts';
import { toastDeleted } from '../../deletion/toast-deleted.ts';
import { sentenceOf } from '../../states/problem.tsx';
import { isFilled, SettingsSection } from './settings-section.tsx';
import type { Field, Values } from './settings-section.tsx';

const fields: readonly (Field & { kind: 'number' })[] = [
  {
    kind: 'number',
    name: 'keepReleases',
    label: 'Keep the newest',
    hint: 'They stay however old they are.',
    unit: 'releases',
    min: 0,
    max: maxKeepReleases,
  },
  {
    kind: 'number',
    name: 'keepDays',
    label: 'Keep releases for',
    hint: 'They stay however many there are.',
    unit: 'days',
    min: 0,
    max: maxKeepDays,
  },
  {
    kind: 'number',
    name: 'branchDays',
    label: 'Delete merged and closed branches after',
    hint: 'A branch counts as merged or closed when it has had no new release for that long. Main branches never do.',
    unit: 'days',
    min: 0,
    max: maxKeepDays,
  },
];

/** How long a build keeps its releases, what was deleted, and the end of the build. */
export function RetentionSections({ build, mayChange }: { build: Build; mayChange: boolean }) {
  return (
    <>
      <SettingsSection
        build={build}
        title="Retention"
        hint="Once an hour, the server deletes releases by these rules. 0 turns a rule off; with all at 0, everything is kept. Open releases and baselines always stay."
        mayChange={mayChange}
        initial={{
          keepReleases: String(build.keepReleases),
          keepDays: String(build.keepDays),
          branchDays: String(build.branchDays),
        }}
        fields={fields}
      >
        {mayChange ? (values) => <Figures buildId={build.id} values={values} /> : undefined}
      </SettingsSection>
      {mayChange && <DeletedReleases buildId={build.id} />}
      {mayChange && <DeleteBuild build={build} />}
    </>
  );
}

/** The disk that the build uses, and what the rules on screen would free. */
function Figures({ buildId, values }: { buildId: number; values: Values }) {
  const disk = useQuery({
    queryKey: ['build', buildId, 'disk'],
    queryFn: ({ signal }) => api.buildDisk({ buildId }, { signal }),
  });
  const isAskable = fields.every((field) => isFilled(field, values[field.name]!));
  const rules = {
    keepReleases: Number(values['keepReleases']),
    keepDays: Number(values['keepDays']),
    branchDays: Number(values['branchDays']),
  };
  const preview = useMutation({ mutationFn: () => api.previewRetention({ buildId, ...rules }) });
  const [previewed, setPreviewed] = useState('');
  const isCurrent = previewed === JSON.stringify(rules);
  return (
    <div className="retention-figures text-13">
      {disk.data !== undefined && <span>This build uses {diskWords(disk.data)}.</span>}
      <button
        type="button"
        className="button small"
        disabled={!isAskable || preview.isPending}
        onClick={() => {
          setPreviewed(JSON.stringify(rules));
          preview.mutate();
        }}
      >
        {preview.isPending ? 'Looking…' : 'What would this delete?'}
      </button>
      <span role="status">
        {!isAskable && 'Enter a whole number, 0 or more.'}
        {isAskable && isCurrent && preview.data !== undefined && previewWords(preview.data)}
        {isAskable && isCurrent && preview.error !== null && problemWords(preview.error)}
      </span>
    </div>
  );
}

/** The server's sentence with the labels of the fields in place of their wire names. */
function problemWords(error: unknown): string {
  return fields.reduce(
    (sentence, { name, label }) => sentence.replace(snakeName(name), `“${label}”`),
    sentenceOf(toProblem(error)),
  );
}

function previewWords({
  total,
  keptForBaselines,
  freed,
}: {
  total: number;
  keptForBaselines: number;
  freed: { artifacts: number; bytes: number };
}): string {
  const kept =
    keptForBaselines === 0
      ? ''
      : ` ${plural(keptForBaselines, 'more stays', 'more stay')} because of baselines.`;
  if (total === 0) return `Nothing.${kept}`;
  const space = freed.artifacts === 0 ? 'no space: others show the same images' : diskWords(freed);
  return `Would delete ${plural(total, 'release')} and free ${space}.${kept}`;
}

function DeleteBuild({ build }: { build: Build }) {
  const [isAsking, setAsking] = useState(false);
  const client = useQueryClient();
  const navigate = useNavigate();
  return (
    <section className="panel" aria-labelledby="delete-build-title">
      <h2 id="delete-build-title">Delete this build</h2>
      <p>
        With all its releases, images, keys and people. For a day, you can restore it on the list of builds.
      </p>
      <div className="delete-button">
        <button type="button" className="button" onClick={() => setAsking(true)}>
          Delete build…
        </button>
      </div>
      {isAsking && (
        <DeleteDialog
          title={`Delete ${build.name}?`}
          name={build.name}
          action="Delete build"
          onClose={() => setAsking(false)}
          onDelete={async () => {
            await api.deleteBuild({ buildId: build.id, confirm: build.name });
            const readAgain = () =>
              Promise.all(
                [['builds'], ['deleted builds']].map((queryKey) => client.invalidateQueries({ queryKey })),
              );
            toastDeleted({
              name: build.name,
              where: 'on the list of builds',
              restore: () => api.restoreBuild({ buildId: build.id }),
              onRestored: readAgain,
            });
            await navigate({ to: '/' });
            void readAgain();
          }}
        >
          <ul className="text-13">
            <li>Its keys stop working, and its tasks end.</li>
            <li>For a day, you can restore it on the list of builds.</li>
            <li>After that, all its releases are removed.</li>
          </ul>
        </DeleteDialog>
      )}
    </section>
  );
}
