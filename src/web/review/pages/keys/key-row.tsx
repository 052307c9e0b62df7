import { useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useState } from 'react';
import { Age } from '../../../kit/age.tsx';
import { toProblem } from '../../api/problem.ts';
import type { ApiKey } from '../../api/shapes.ts';
import { useMutation } from '../../api/use-mutation.ts';
import { actorName } from '../../decisions/actor-name.ts';
import { toast } from '../../frame/toasts.ts';
import { sentenceOf } from '../../states/problem.tsx';
import './keys.css';

/** An API key in a list. */
export function KeyRow({
  apiKey: key,
  kind,
  list,
  revoke,
}: {
  apiKey: ApiKey;
  /** Words for what it may do; null: nothing special. */
  kind: string | null;
  /** The query that is read again once it is revoked. */
  list: QueryKey;
  /** Null: the viewer may not. */
  revoke: (() => Promise<unknown>) | null;
}) {
  return (
    <li className="row key-row">
      <span className="key-purpose line">
        <strong>{key.purpose}</strong>
        {kind !== null && <span className="tag muted text-12">{kind}</span>}
      </span>
      <code className="key-id ellipsis">{key.id}</code>
      <span className="muted">
        {key.revokedAt !== null ? (
          <>
            revoked <Age at={key.revokedAt} />
          </>
        ) : key.lastUsedAt === null ? (
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
      {revoke !== null && <RevokeKey purpose={key.purpose} list={list} revoke={revoke} />}
    </li>
  );
}

function RevokeKey({
  purpose,
  list,
  revoke,
}: {
  purpose: string;
  list: QueryKey;
  revoke: () => Promise<unknown>;
}) {
  const client = useQueryClient();
  const [isSure, setSure] = useState(false);
  const revocation = useMutation({
    mutationFn: revoke,
    onSuccess: () => {
      toast(`Key “${purpose}” revoked.`);
      return client.invalidateQueries({ queryKey: list });
    },
    onError: (error) => toast(`Not revoked: ${sentenceOf(toProblem(error))}`, { tone: 'problem' }),
  });
  return (
    <span className="key-actions">
      {isSure ? (
        <>
          <button
            type="button"
            className="button small reject"
            disabled={revocation.isPending}
            onClick={() => revocation.mutate()}
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
          aria-label={`Revoke “${purpose}”`}
          onClick={() => setSure(true)}
        >
          Revoke
        </button>
      )}
    </span>
  );
}
