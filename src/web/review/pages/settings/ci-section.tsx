import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { maxTrusts } from '../../../../domain/forges/ci-claims.ts';
import { api } from '../../api/api.ts';
import { toProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import type { CiTrust } from '../../api/shapes.ts';
import { useMutation } from '../../api/use-mutation.ts';
import { toast } from '../../frame/toasts.ts';
import { sentenceOf } from '../../states/problem.tsx';
import { FormEnd } from '../forms/form-end.tsx';
import { formErrors } from '../forms/form-errors.ts';
import { FormField } from '../forms/form-field.tsx';
import './forges.css';

/** CI systems that are no forge: their projects are trusted by ids alone. */
const systems = {
  circleci: {
    title: 'CircleCI',
    project: 'Project ID',
    hints: ['In Organization Settings, Overview.', 'In Project Settings, Overview.'],
  },
  buildkite: {
    title: 'Buildkite',
    project: 'Pipeline ID',
    hints: ['In the settings of the organization: its UUID.', 'In the settings of the pipeline: its UUID.'],
  },
} as const;
type System = keyof typeof systems;

const isSystem = (kind: string): kind is System => Object.hasOwn(systems, kind);

/** Whose jobs get keys of a build without a secret, where no forge is connected that could tell. */
export function CiSection({ buildId }: { buildId: number }) {
  const { data, error } = useQuery(queries.ciTrusts(buildId));
  const [isAdding, setAdding] = useState(false);
  const all = data?.trusts ?? [];
  const trusts = all.filter(({ kind }) => isSystem(kind));
  const isFull = all.length >= maxTrusts;
  return (
    <section className="panel" aria-labelledby="ci-title">
      <h2 id="ci-title">CI jobs without a key</h2>
      <p>
        Jobs of CircleCI and Buildkite can exchange a token of their CI system for a key of one release, for
        an hour. GitHub, GitLab and Forgejo are trusted above, in their connection.
      </p>
      {error !== null && <p className="form-error text-13">{sentenceOf(toProblem(error))}</p>}
      {trusts.map((trust) => (
        <TrustedProject key={trust.id} trust={trust} />
      ))}
      {isAdding ? (
        <TrustForm buildId={buildId} onClose={() => setAdding(false)} />
      ) : (
        <div className="forge-add">
          <button
            type="button"
            className="button"
            disabled={data === undefined || isFull}
            onClick={() => setAdding(true)}
          >
            Trust a project
          </button>
          {isFull && (
            <span className="form-hint muted text-12">
              A build trusts at most {maxTrusts}. Remove one first.
            </span>
          )}
        </div>
      )}
    </section>
  );
}

function TrustedProject({ trust }: { trust: CiTrust }) {
  const { id: trustId, buildId, kind, organization, project } = trust;
  const system = systems[kind as System];
  const name = `${system.title} ${project ?? ''}`;
  const [isRemoving, setRemoving] = useState(false);
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.deleteCiTrust({ buildId, trustId }),
    onSuccess: () => {
      toast(`${name} is no longer trusted.`);
      return client.invalidateQueries({ queryKey: ['build', buildId, 'forges'] });
    },
    onError: (error: unknown) => toast(sentenceOf(toProblem(error)), { tone: 'problem' }),
  });
  return (
    <article className="forge" aria-label={name}>
      <div className="forge-head">
        <strong className="forge-name">
          {system.title} <span className="mono">{project}</span>
        </strong>
      </div>
      <p className="muted text-13">
        Organization <code>{organization}</code>
      </p>
      <div className="form-actions line">
        {isRemoving ? (
          <>
            <button
              type="button"
              className="button small reject"
              disabled={remove.isPending}
              onClick={() => remove.mutate()}
            >
              Remove trust
            </button>
            <button type="button" className="button small" onClick={() => setRemoving(false)}>
              Keep
            </button>
            <span className="muted text-12">Keys that its jobs have end within the hour.</span>
          </>
        ) : (
          <button type="button" className="button small" onClick={() => setRemoving(true)}>
            Remove
          </button>
        )}
      </div>
    </article>
  );
}

function TrustForm({ buildId, onClose }: { buildId: number; onClose: () => void }) {
  const client = useQueryClient();
  const [kind, setKind] = useState<System>('circleci');
  const [organization, setOrganization] = useState('');
  const [project, setProject] = useState('');
  const { title, project: projectLabel, hints } = systems[kind];
  const save = useMutation({
    mutationFn: () =>
      api.createCiTrust({ buildId, kind, organization: organization.trim(), project: project.trim() }),
    onSuccess: async () => {
      toast(`${title} ${project.trim()} is trusted.`);
      onClose();
      await client.invalidateQueries({ queryKey: ['build', buildId, 'forges'] });
    },
  });
  const errors = formErrors(save.error, ['kind', 'organization', 'project']);
  const isComplete = organization.trim() !== '' && project.trim() !== '';
  const idField = (
    name: 'organization' | 'project',
    label: string,
    hint: string,
    value: string,
    onChange: (text: string) => void,
  ) => (
    <FormField label={label} hint={hint} error={errors.at(name)}>
      {(input) => (
        <input
          {...input}
          className="field mono"
          value={value}
          maxLength={100}
          autoComplete="off"
          spellCheck={false}
          placeholder="5f7b6c1e-…"
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </FormField>
  );
  return (
    <form
      className="form forge-form"
      aria-label="Trust a project"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isComplete) save.mutate();
      }}
    >
      <FormField label="CI system" error={errors.at('kind')}>
        {(input) => (
          <select
            {...input}
            className="field"
            value={kind}
            onChange={(event) => setKind(event.target.value as System)}
          >
            {Object.entries(systems).map(([of, system]) => (
              <option key={of} value={of}>
                {system.title}
              </option>
            ))}
          </select>
        )}
      </FormField>
      {idField('organization', 'Organization ID', hints[0], organization, setOrganization)}
      {idField('project', projectLabel, hints[1], project, setProject)}
      <FormEnd
        error={errors.other}
        button="Trust"
        canSave={isComplete}
        isSaving={save.isPending}
        onClose={onClose}
      />
    </form>
  );
}
