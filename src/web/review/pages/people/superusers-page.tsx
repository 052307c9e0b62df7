import '../pages.css';
import './people.css';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Age } from '../../../kit/age.tsx';
import { Message } from '../../../kit/message.tsx';
import { SkeletonRows } from '../../../kit/skeleton.tsx';
import { api, type Answer } from '../../api/api.ts';
import { toProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import type { ApiKey } from '../../api/shapes.ts';
import { useMutation } from '../../api/use-mutation.ts';
import { Page } from '../../frame/page.tsx';
import { toast } from '../../frame/toasts.ts';
import { ProblemPage, sentenceOf } from '../../states/problem.tsx';
import { CreateKey } from '../keys/create-key.tsx';
import { KeyRow } from '../keys/key-row.tsx';
import { NewKey } from '../keys/new-key.tsx';

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
      toast(person.superuser ? `${person.name} is no longer a superuser.` : `${person.name} is a superuser.`);
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
          aria-label={person.superuser ? `Revoke rights of ${person.name}` : `Make superuser: ${person.name}`}
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
  const client = useQueryClient();
  const [kind, setKind] = useState<'worker' | 'superuser'>('worker');
  const [created, setCreated] = useState<Answer<'createSuperuserKey'> | null>(null);
  const live = keys.filter(({ revokedAt }) => revokedAt === null);
  const list = queries.superuserKeys().queryKey;
  return (
    <section aria-labelledby="keys-title">
      <h2 id="keys-title" className="people-title">
        Keys of workers and superusers
      </h2>
      <CreateKey
        example="the worker in the office"
        create={(purpose) => api.createSuperuserKey({ purpose, worker: kind === 'worker' })}
        onCreated={(created) => {
          setCreated(created);
          void client.invalidateQueries({ queryKey: list });
        }}
      >
        <select
          className="field"
          aria-label="Kind of key"
          value={kind}
          onChange={(event) => setKind(event.target.value as 'worker' | 'superuser')}
        >
          <option value="worker">Worker: captures and compares</option>
          <option value="superuser">Superuser: full access</option>
        </select>
      </CreateKey>
      {created !== null && (
        <NewKey
          apiKey={created.key}
          secret={created.secret}
          advice="The secret is shown only once."
          settings={[settingsOf(created)]}
        />
      )}
      {live.length === 0 && <p className="muted text-13">There are none.</p>}
      <ul className="rows key-rows">
        {live.map((key) => (
          <KeyRow
            key={key.id}
            apiKey={key}
            kind={key.worker ? 'Worker' : 'Superuser'}
            list={list}
            revoke={() => api.revokeAnyKey({ keyId: key.id })}
          />
        ))}
      </ul>
    </section>
  );
}

function settingsOf({ key, secret }: Answer<'createSuperuserKey'>) {
  return {
    title: key.worker ? 'On the worker' : 'For the tools',
    label: 'Settings',
    text: `export DPXDT_SERVER=${window.location.origin} DPXDT_CLIENT_ID=${key.id} DPXDT_CLIENT_SECRET=${secret}`,
  };
}
