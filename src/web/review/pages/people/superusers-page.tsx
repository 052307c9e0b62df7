import '../pages.css';
import '../settings/api-keys-page.css';
import './people.css';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { Age } from '../../../kit/age.tsx';
import { CopyField } from '../../../kit/copy-field.tsx';
import { Message } from '../../../kit/message.tsx';
import { SkeletonRows } from '../../../kit/skeleton.tsx';
import { api, type Answer } from '../../api/api.ts';
import { toProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import type { ApiKey } from '../../api/shapes.ts';
import { useMutation } from '../../api/use-mutation.ts';
import { actorName } from '../../decisions/actor-name.ts';
import { Page } from '../../frame/page.tsx';
import { toast } from '../../frame/toasts.ts';
import { ProblemPage, sentenceOf } from '../../states/problem.tsx';

type Person = Answer<'listPeople'>['people'][number];

/** Who and what has full access, and the keys of workers. Only for superusers. */
export function SuperusersPage() {
  const { data: session } = useQuery(queries.session());
  const isSuperuser = session?.principal.isSuperuser === true;
  const people = useQuery({ ...queries.people(), enabled: isSuperuser });
  const keys = useQuery({ ...queries.superuserKeys(), enabled: isSuperuser });
  const problem = people.error ?? keys.error;
  if (problem !== null) {
    const again = () => {
      void people.refetch();
      void keys.refetch();
    };
    return <ProblemPage title="Superusers and workers" error={problem} onRetry={again} />;
  }
  return (
    <Page title="Superusers and workers">
      <div className="column">
        {session !== undefined && !isSuperuser ? (
          <Message icon="info" title="Only for superusers">
            <p>Ask a superuser of this server.</p>
          </Message>
        ) : people.data === undefined || keys.data === undefined ? (
          <SkeletonRows rows={4} height={48} />
        ) : (
          <>
            <People people={people.data.people} />
            <Keys keys={keys.data.keys} />
          </>
        )}
      </div>
    </Page>
  );
}

function People({ people }: { people: readonly Person[] }) {
  return (
    <section aria-labelledby="people-title">
      <h2 id="people-title" className="people-title">
        People
      </h2>
      {people.length === 0 && <p className="muted text-13">No one has an account on this server.</p>}
      <ul className="rows">
        {people.map((person) => (
          <PersonRow key={person.id} person={person} />
        ))}
      </ul>
    </section>
  );
}

function PersonRow({ person }: { person: Person }) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: () => api.changePerson({ userId: person.id, superuser: !person.superuser }),
    onSuccess: () => {
      toast(person.superuser ? `${person.name} is no superuser any more.` : `${person.name} is a superuser.`);
      return client.invalidateQueries();
    },
    onError: (error) => toast(`Not changed: ${sentenceOf(toProblem(error))}`, { tone: 'problem' }),
  });
  return (
    <li className="row person-row">
      <span className="person-name">
        <strong>
          <bdi>{person.name}</bdi>
        </strong>
        <span className="muted ellipsis">{person.email}</span>
      </span>
      <span className="muted">
        since <Age at={person.createdAt} />
      </span>
      <span className="muted">{person.superuser ? 'Superuser' : ''}</span>
      <span className="person-actions">
        <button
          type="button"
          className="button small"
          aria-label={
            person.superuser ? `Revoke superuser rights of ${person.name}` : `Make ${person.name} a superuser`
          }
          disabled={change.isPending}
          onClick={() => change.mutate()}
        >
          {person.superuser ? 'Revoke rights' : 'Make superuser'}
        </button>
      </span>
    </li>
  );
}

function Keys({ keys }: { keys: readonly ApiKey[] }) {
  const [created, setCreated] = useState<Answer<'createSuperuserKey'> | null>(null);
  const live = keys.filter(({ revokedAt }) => revokedAt === null);
  return (
    <section aria-labelledby="keys-title">
      <h2 id="keys-title" className="people-title">
        Keys of workers and superusers
      </h2>
      <CreateKey onCreated={setCreated} />
      {created !== null && <NewSecret created={created} />}
      {live.length === 0 && <p className="muted text-13">There are none.</p>}
      <ul className="rows key-rows">
        {live.map((key) => (
          <KeyRow key={key.id} apiKey={key} />
        ))}
      </ul>
    </section>
  );
}

function CreateKey({ onCreated }: { onCreated: (created: Answer<'createSuperuserKey'>) => void }) {
  const [purpose, setPurpose] = useState('');
  const [kind, setKind] = useState<'worker' | 'superuser'>('worker');
  const id = useId();
  const client = useQueryClient();
  const create = useMutation({
    mutationFn: () => api.createSuperuserKey({ purpose: purpose.trim(), worker: kind === 'worker' }),
    onSuccess: (created) => {
      setPurpose('');
      onCreated(created);
      void client.invalidateQueries({ queryKey: ['superuser keys'] });
    },
  });
  return (
    <form
      className="key-form"
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <label htmlFor={id}>What is the key for?</label>
      <input
        id={id}
        className="field"
        value={purpose}
        maxLength={255}
        placeholder="e.g. the worker in the office"
        autoComplete="off"
        onChange={(event) => setPurpose(event.target.value)}
      />
      <select
        className="field"
        aria-label="Kind of key"
        value={kind}
        onChange={(event) => setKind(event.target.value as 'worker' | 'superuser')}
      >
        <option value="worker">Worker: captures and compares</option>
        <option value="superuser">Superuser: full access</option>
      </select>
      <button className="button primary" disabled={purpose.trim() === '' || create.isPending}>
        Create key
      </button>
      {create.error !== null && (
        <p className="form-error text-13" role="alert">
          {sentenceOf(toProblem(create.error))}
        </p>
      )}
    </form>
  );
}

function NewSecret({ created: { key, secret } }: { created: Answer<'createSuperuserKey'> }) {
  const environment = `export DPXDT_SERVER=${window.location.origin} DPXDT_CLIENT_ID=${key.id} DPXDT_CLIENT_SECRET=${secret}`;
  return (
    <section className="panel" aria-label="New key">
      <h2>Key “{key.purpose}” is ready</h2>
      <p>The secret is shown only once.</p>
      <dl className="pairs">
        <dt>ID</dt>
        <dd>
          <CopyField label="Key ID" text={key.id} />
        </dd>
        <dt>Secret</dt>
        <dd>
          <CopyField label="Key secret" text={secret} />
        </dd>
        <dt>{key.worker ? 'On the worker' : 'For the tools'}</dt>
        <dd>
          <CopyField label="Settings" text={environment} />
        </dd>
      </dl>
    </section>
  );
}

function KeyRow({ apiKey: key }: { apiKey: ApiKey }) {
  const client = useQueryClient();
  const [isSure, setSure] = useState(false);
  const revoke = useMutation({
    mutationFn: () => api.revokeAnyKey({ keyId: key.id }),
    onSuccess: () => {
      toast(`Key “${key.purpose}” revoked.`);
      return client.invalidateQueries({ queryKey: ['superuser keys'] });
    },
    onError: (error) => toast(`Not revoked: ${sentenceOf(toProblem(error))}`, { tone: 'problem' }),
  });
  return (
    <li className="row key-row">
      <span className="key-purpose line">
        <strong>{key.purpose}</strong>
        <span className="tag muted text-12">{key.worker ? 'Worker' : 'Superuser'}</span>
      </span>
      <code className="key-id ellipsis">{key.id}</code>
      <span className="muted">
        {key.lastUsedAt === null ? (
          'never used'
        ) : (
          <>
            used <Age at={key.lastUsedAt} />
          </>
        )}
      </span>
      <span className="muted">
        made <Age at={key.createdAt} /> by {actorName(key.createdBy)}
      </span>
      <span className="key-actions">
        {isSure ? (
          <>
            <button
              type="button"
              className="button small reject"
              disabled={revoke.isPending}
              onClick={() => revoke.mutate()}
            >
              Revoke permanently
            </button>
            <button type="button" className="button small" onClick={() => setSure(false)}>
              Keep
            </button>
          </>
        ) : (
          <button
            type="button"
            className="button small"
            aria-label={`Revoke “${key.purpose}”`}
            onClick={() => setSure(true)}
          >
            Revoke
          </button>
        )}
      </span>
    </li>
  );
}
