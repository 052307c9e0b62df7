import { useQueryClient } from '@tanstack/react-query';
import { useMutation } from '../../api/use-mutation.ts';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/api.ts';
import { toProblem } from '../../api/problem.ts';
import { Page } from '../../frame/page.tsx';
import { sentenceOf } from '../../states/problem.tsx';
import { focusOnMount } from '../../../kit/focus-on-mount.ts';
import { FormField } from '../forms/form-field.tsx';
import '../pages.css';

/** Creates a build, then opens its page. */
export function NewBuildPage() {
  const [name, setName] = useState('');
  const [isPublic, setPublic] = useState(false);
  const [sendEmail, setSendEmail] = useState(true);
  const navigate = useNavigate();
  const client = useQueryClient();
  const create = useMutation({
    mutationFn: () => api.createBuild({ name: name.trim(), isPublic, sendEmail }),
    onSuccess: async ({ build }) => {
      void client.invalidateQueries({ queryKey: ['builds'] });
      await navigate({ to: '/build', search: { id: String(build.id) } });
    },
  });
  const error = create.error === null ? null : sentenceOf(toProblem(create.error));
  return (
    <Page title="New build" crumbs={[{ label: 'Builds', link: { to: '/' } }]}>
      <div className="column narrow">
        <form
          className="panel"
          onSubmit={(event) => {
            event.preventDefault();
            create.mutate();
          }}
        >
          <h2>Create a build</h2>
          <p>A build is one site or product that you monitor.</p>
          <div className="form">
            <FormField label="Name" error={error}>
              {(input) => (
                <input
                  {...input}
                  className="field"
                  value={name}
                  maxLength={255}
                  required
                  ref={focusOnMount}
                  autoComplete="off"
                  onChange={(event) => setName(event.target.value)}
                />
              )}
            </FormField>
            <fieldset className="form-choices">
              <legend>Visibility</legend>
              <label className="choice text-13">
                <input type="radio" name="visibility" checked={!isPublic} onChange={() => setPublic(false)} />
                Private
                <span className="form-hint muted text-12">
                  Only this build's people and API keys can view it.
                </span>
              </label>
              <label className="choice text-13">
                <input type="radio" name="visibility" checked={isPublic} onChange={() => setPublic(true)} />
                Public
                <span className="form-hint muted text-12">
                  Anyone who can reach this server can view it, but not decide.
                </span>
              </label>
            </fieldset>
            <label className="choice text-13">
              <input
                type="checkbox"
                checked={sendEmail}
                onChange={(event) => setSendEmail(event.target.checked)}
              />
              Send mail when a release is ready for review
            </label>
            <div className="form-actions line">
              <button className="button primary" disabled={create.isPending || name.trim() === ''}>
                {create.isPending ? 'Creating…' : 'Create build'}
              </button>
            </div>
          </div>
        </form>
      </div>
    </Page>
  );
}
