import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { forgeTraits } from '../../../../domain/forges/forge-kinds.ts';
import { Banner } from '../../../kit/banner.tsx';
import { plural } from '../../../kit/format.ts';
import { StateMark } from '../../../kit/state-mark.tsx';
import { api, type Answer } from '../../api/api.ts';
import { toProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import type { Build, ForgeConnection } from '../../api/shapes.ts';
import { useMutation } from '../../api/use-mutation.ts';
import { toast } from '../../frame/toasts.ts';
import { sentenceOf } from '../../states/problem.tsx';
import { ForgeDeliveries } from './forge-deliveries.tsx';
import { ForgeForm } from './forge-form.tsx';
import { JobTrust } from './job-trust.tsx';
import './forges.css';

/** The forges that a build tells about its releases. */
export function ForgeSection({ build }: { build: Build }) {
  const { data, error } = useQuery(queries.forgeConnections(build.id));
  const [isAdding, setAdding] = useState(false);
  const connections = data?.connections ?? [];
  return (
    <section className="panel" aria-labelledby="forges-title">
      <h2 id="forges-title">Pull requests</h2>
      <p>
        Commits get a status, pull requests one comment. Require the status in the forge instead of the CI
        job: approving here turns it green.
      </p>
      {error !== null && <p className="form-error text-13">{sentenceOf(toProblem(error))}</p>}
      {connections.map((connection) => (
        <Connection key={connection.id} connection={connection} buildName={build.name} />
      ))}
      {isAdding ? (
        <ForgeForm build={build} connection={null} onClose={() => setAdding(false)} />
      ) : (
        <div className="forge-add">
          <button
            type="button"
            className={connections.length === 0 ? 'button primary' : 'button'}
            disabled={data === undefined}
            onClick={() => setAdding(true)}
          >
            {connections.length === 0 ? 'Connect a forge' : 'Connect another repository'}
          </button>
        </div>
      )}
      {connections.length > 0 && <ForgeDeliveries buildId={build.id} />}
    </section>
  );
}

function Connection({ connection, buildName }: { connection: ForgeConnection; buildName: string }) {
  const { id: connectionId, buildId, kind, repository, context } = connection;
  const key = { buildId, connectionId };
  const name = `${forgeTraits[kind].title} ${repository}`;
  const [shown, setShown] = useState<'edit' | 'remove' | null>(null);
  const client = useQueryClient();
  const readAgain = () => client.invalidateQueries({ queryKey: ['build', buildId, 'forges'] });
  const onError = (error: unknown) => toast(sentenceOf(toProblem(error)), { tone: 'problem' });
  const test = useMutation({
    mutationFn: () => api.testForgeConnection(key),
    onSuccess: readAgain,
    onError,
  });
  const retry = useMutation({
    mutationFn: () => api.retryDeliveries(key),
    onSuccess: () => {
      toast(`${name}: sending again.`);
      return readAgain();
    },
    onError,
  });
  const remove = useMutation({
    mutationFn: () => api.deleteForgeConnection(key),
    onSuccess: () => {
      toast(`${name} is no longer connected.`);
      return readAgain();
    },
    onError,
  });
  return (
    <article className="forge" aria-label={name}>
      <div className="forge-head">
        <strong className="forge-name">
          {forgeTraits[kind].title} <span className="mono">{repository}</span>
        </strong>
        <ConnectionState connection={connection} />
      </div>
      <p className="muted text-13">
        Status <code>{context}</code>
        {forgeTraits[kind].hasComments && connection.comments && ', comment'}
        {forgeTraits[kind].hasComments &&
          connection.comments &&
          connection.commentImages === 'signed' &&
          ' with images'}
        {forgeTraits[kind].hasComments && connection.comments && ' on the pull request'}
        {connection.summary && ', one status for all builds'}
      </p>
      {(connection.stopped || connection.failed > 0) && (
        <Banner
          isAlert
          action={
            <button
              type="button"
              className="button small"
              disabled={retry.isPending}
              onClick={() => retry.mutate()}
            >
              Send again
            </button>
          }
        >
          {connection.stopped
            ? 'Nothing is sent: the token is refused.'
            : `${plural(connection.failed, 'delivery was', 'deliveries were')} given up.`}{' '}
          {connection.problem}
        </Banner>
      )}
      {test.data !== undefined && <TestResult result={test.data} />}
      {shown !== 'edit' && <JobTrust connection={connection} />}
      {shown === 'edit' ? (
        <ForgeForm
          build={{ id: buildId, name: buildName }}
          connection={connection}
          onClose={() => setShown(null)}
        />
      ) : (
        <div className="form-actions line">
          {shown === 'remove' ? (
            <>
              <button
                type="button"
                className="button small reject"
                disabled={remove.isPending}
                onClick={() => remove.mutate()}
              >
                Remove connection
              </button>
              <button type="button" className="button small" onClick={() => setShown(null)}>
                Keep
              </button>
              <span className="muted text-12">What the forge shows stays there.</span>
            </>
          ) : (
            <>
              <button
                type="button"
                className="button small"
                disabled={test.isPending}
                onClick={() => test.mutate()}
              >
                {test.isPending ? 'Testing…' : 'Test'}
              </button>
              <button type="button" className="button small" onClick={() => setShown('edit')}>
                Change
              </button>
              <button type="button" className="button small" onClick={() => setShown('remove')}>
                Remove
              </button>
            </>
          )}
        </div>
      )}
    </article>
  );
}

function ConnectionState({ connection: { stopped, failed, tested } }: { connection: ForgeConnection }) {
  if (stopped) return <StateMark state="failed" icon="warning" word="Stopped" />;
  if (failed > 0) return <StateMark state="failed" icon="warning" word={`${failed} failed`} />;
  return tested ? (
    <span className="tag text-12" data-tone="good">
      Tested
    </span>
  ) : (
    <span className="tag muted text-12">Not tested</span>
  );
}

function TestResult({ result }: { result: Answer<'testForgeConnection'> }) {
  const { works, problem, remarks } = result;
  return (
    <div className="forge-test text-13" role="status">
      <p data-works={works}>
        {works ? 'The repository can be read, and no right is known to be missing. ' : problem}
        {works && 'Nothing was posted.'}
      </p>
      {remarks.map((remark) => (
        <p key={remark} className="muted text-12">
          {remark}
        </p>
      ))}
    </div>
  );
}
