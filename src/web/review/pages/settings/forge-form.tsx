import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { contextOf, maxContextLength } from '../../../../domain/forges/connection.ts';
import { forgeKinds, forgeTraits } from '../../../../domain/forges/forge-kinds.ts';
import type { ForgeKind } from '../../../../domain/forges/forge-kinds.ts';
import { api } from '../../api/api.ts';
import type { Build, ForgeConnection } from '../../api/shapes.ts';
import { useMutation } from '../../api/use-mutation.ts';
import { toast } from '../../frame/toasts.ts';
import { FormEnd } from '../forms/form-end.tsx';
import { formErrors } from '../forms/form-errors.ts';
import { FormField } from '../forms/form-field.tsx';

interface ForgeFormProps {
  build: Pick<Build, 'id' | 'name'>;
  /** Null: a new one. */
  connection: ForgeConnection | null;
  onClose: () => void;
}

const rights: Record<ForgeKind, string> = {
  github:
    'A fine-grained token for this repository with “Commit statuses” and “Pull requests”: read and write.',
  gitlab:
    'A project access token with the scope “api” and the role Developer, or Maintainer for protected branches.',
  gitea: 'A token with the scopes write:repository and write:issue.',
  forgejo: 'A token with the scopes write:repository and write:issue.',
  bitbucket_cloud: 'A repository access token with write access to repositories and pull requests.',
  bitbucket_data_center: 'An HTTP access token with “Repository write”.',
  azure_devops: 'A personal access token with “Code: Status” and “Pull Request Threads: Read & write”.',
};

/** Connects a build with a repository, or changes a connection. The token is only ever sent. */
export function ForgeForm({ build, connection, onClose }: ForgeFormProps) {
  const client = useQueryClient();
  const [kind, setKind] = useState<ForgeKind>(connection?.kind ?? 'github');
  const [baseUrl, setBaseUrl] = useState(connection?.baseUrl ?? forgeTraits.github.baseUrl ?? '');
  const [repository, setRepository] = useState(connection?.repository ?? '');
  const [isApp, setApp] = useState(typeof connection?.appId === 'string');
  const [appId, setAppId] = useState(connection?.appId ?? '');
  const [token, setToken] = useState('');
  const [context, setContext] = useState(connection?.context ?? contextOf(build.name));
  const [comments, setComments] = useState(connection?.comments ?? true);
  const [hasImages, setImages] = useState(connection?.commentImages === 'signed');
  const [summary, setSummary] = useState(connection?.summary ?? false);
  const [marksGood, setMarksGood] = useState(connection?.marksGood ?? true);
  const { title, repositoryExample, hasComments } = forgeTraits[kind];
  const usesApp = kind === 'github' && isApp;
  const save = useMutation({
    mutationFn: async () => {
      const settings = {
        baseUrl: baseUrl.trim(),
        repository: repository.trim(),
        context: context.trim(),
        comments,
        commentImages: hasImages ? ('signed' as const) : ('none' as const),
        summary,
        marksGood,
        ...(usesApp && { appId: appId.trim() }),
      };
      if (connection === null) {
        await api.createForgeConnection({ buildId: build.id, kind, token, ...settings });
      } else {
        const key = { buildId: build.id, connectionId: connection.id };
        const away = connection.appId !== null && !usesApp ? { appId: '' } : {};
        await api.updateForgeConnection({ ...key, ...settings, ...away, ...(token !== '' && { token }) });
      }
    },
    onSuccess: async () => {
      toast(`${title} ${repository.trim()} is connected.`);
      onClose();
      await client.invalidateQueries({ queryKey: ['build', build.id, 'forges'] });
    },
  });
  const errors = formErrors(save.error, ['kind', 'base_url', 'repository', 'app_id', 'token', 'context']);
  const isComplete =
    baseUrl.trim() !== '' &&
    repository.trim() !== '' &&
    context.trim() !== '' &&
    (connection !== null || token.trim() !== '') &&
    (!usesApp || appId.trim() !== '');
  return (
    <form
      className="form forge-form"
      aria-label={connection === null ? 'Connect a forge' : 'Change the connection'}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isComplete) save.mutate();
      }}
    >
      {connection === null && (
        <FormField label="Forge" error={errors.at('kind')}>
          {(input) => (
            <select
              {...input}
              className="field"
              value={kind}
              onChange={(event) => {
                const chosen = event.target.value as ForgeKind;
                setKind(chosen);
                setBaseUrl(forgeTraits[chosen].baseUrl ?? '');
              }}
            >
              {forgeKinds.map((of) => (
                <option key={of} value={of}>
                  {forgeTraits[of].title}
                </option>
              ))}
            </select>
          )}
        </FormField>
      )}
      <FormField
        label="Address"
        hint={kind === 'github' ? 'Of GitHub, or of your GitHub Enterprise Server.' : undefined}
        error={errors.at('base_url')}
      >
        {(input) => (
          <input
            {...input}
            className="field"
            value={baseUrl}
            placeholder="https://git.example.com"
            maxLength={500}
            autoComplete="off"
            onChange={(event) => setBaseUrl(event.target.value)}
          />
        )}
      </FormField>
      <FormField label="Repository" error={errors.at('repository')}>
        {(input) => (
          <input
            {...input}
            className="field"
            value={repository}
            placeholder={repositoryExample}
            maxLength={500}
            autoComplete="off"
            onChange={(event) => setRepository(event.target.value)}
          />
        )}
      </FormField>
      {kind === 'github' && (
        <label className="choice text-13">
          <input type="checkbox" checked={isApp} onChange={(event) => setApp(event.target.checked)} />
          Sign in as a GitHub App
        </label>
      )}
      {usesApp && (
        <FormField label="App ID" error={errors.at('app_id')}>
          {(input) => (
            <input
              {...input}
              className="field"
              value={appId}
              maxLength={40}
              autoComplete="off"
              onChange={(event) => setAppId(event.target.value)}
            />
          )}
        </FormField>
      )}
      <FormField
        label={usesApp ? 'Private key' : 'Token'}
        hint={`${usesApp ? 'Of an App with “Commit statuses” and “Pull requests”: read and write.' : rights[kind]} Stored encrypted and never shown.`}
        error={errors.at('token')}
      >
        {(input) =>
          usesApp ? (
            <textarea
              {...input}
              className="field mono"
              rows={4}
              value={token}
              spellCheck={false}
              autoComplete="off"
              placeholder={connection === null ? '-----BEGIN RSA PRIVATE KEY-----' : 'Unchanged'}
              onChange={(event) => setToken(event.target.value)}
            />
          ) : (
            <input
              {...input}
              className="field"
              type="password"
              value={token}
              maxLength={8_192}
              autoComplete="new-password"
              placeholder={connection === null ? '' : 'Unchanged'}
              onChange={(event) => setToken(event.target.value)}
            />
          )
        }
      </FormField>
      <FormField
        label="Name of the status"
        hint="The one to require in the forge. It stays when the build is renamed."
        error={errors.at('context')}
      >
        {(input) => (
          <input
            {...input}
            className="field"
            value={context}
            maxLength={maxContextLength}
            autoComplete="off"
            onChange={(event) => setContext(event.target.value)}
          />
        )}
      </FormField>
      {hasComments && (
        <label className="choice text-13">
          <input type="checkbox" checked={comments} onChange={(event) => setComments(event.target.checked)} />
          Comment on pull requests in which something differs
        </label>
      )}
      {hasComments && comments && (
        <label className="choice text-13">
          <input type="checkbox" checked={hasImages} onChange={(event) => setImages(event.target.checked)} />
          Show small images of the first pages that differ in the comment
          <span className="form-hint muted text-12">
            Anyone who can read the comment sees them, and their links open without a login for 30 days. The
            forge may keep copies. It must be able to reach this server.
          </span>
        </label>
      )}
      <label className="choice text-13">
        <input type="checkbox" checked={summary} onChange={(event) => setSummary(event.target.checked)} />
        Also one status, dpxdt, for all builds of the repository
      </label>
      <label className="choice text-13">
        <input type="checkbox" checked={marksGood} onChange={(event) => setMarksGood(event.target.checked)} />
        Mark a release good once nothing in it is left to decide
        <span className="form-hint muted text-12">Also where clients send no history of git.</span>
      </label>
      <FormEnd
        error={errors.other}
        button={connection === null ? 'Connect' : 'Save'}
        canSave={isComplete}
        isSaving={save.isPending}
        onClose={onClose}
      />
    </form>
  );
}
