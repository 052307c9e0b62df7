import { useQuery, useQueryClient } from '@tanstack/react-query';
import './deletion.css';
import { formatAgo } from '../../kit/format.ts';
import { MiddleCut } from '../../kit/middle-cut.tsx';
import { releaseKeyOf, releaseSearch } from '../address/addresses.ts';
import { api } from '../api/api.ts';
import { toProblem } from '../api/problem.ts';
import { useMutation } from '../api/use-mutation.ts';
import { byActor } from '../decisions/actor-name.ts';
import { toast } from '../frame/toasts.ts';
import { sentenceOf } from '../states/problem.tsx';

interface Row {
  id: number;
  name: string;
  deletedAt: number;
  deletedBy: string;
  restore: () => Promise<unknown>;
}

/** The deleted releases of a build that can be restored; nothing if there are none. */
export function DeletedReleases({ buildId }: { buildId: number }) {
  const client = useQueryClient();
  const { data } = useQuery({
    queryKey: ['build', buildId, 'deleted'],
    queryFn: ({ signal }) => api.listDeletedReleases({ buildId }, { signal }),
  });
  if (data === undefined || data.releases.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="deleted-title">
      <h2 id="deleted-title">Deleted releases</h2>
      <p>Each can be restored for a day after it was deleted.</p>
      <DeletedRows
        rows={data.releases.map(({ release, deletedAt, deletedBy }) => ({
          id: release.id,
          name: `${release.name} #${release.number}`,
          deletedAt,
          deletedBy,
          restore: () => api.restoreRelease(releaseKeyOf(releaseSearch(release))),
        }))}
        onRestored={() => client.invalidateQueries({ queryKey: ['build', buildId] })}
      />
    </section>
  );
}

/** The deleted builds that the viewer can restore; nothing if there are none. */
export function DeletedBuilds() {
  const client = useQueryClient();
  const { data } = useQuery({
    queryKey: ['deleted builds'],
    queryFn: ({ signal }) => api.listDeletedBuilds({ signal }),
    retry: false,
  });
  if (data === undefined || data.builds.length === 0) return null;
  return (
    <section aria-labelledby="deleted-builds-title">
      <h2 id="deleted-builds-title" className="list-title">
        Deleted builds <span className="muted">{data.builds.length}</span>
      </h2>
      <div className="rows deleted-card">
        <p className="muted text-12">Each can be restored for a day after it was deleted.</p>
        <DeletedRows
          rows={data.builds.map(({ build, deletedAt, deletedBy }) => ({
            id: build.id,
            name: build.name,
            deletedAt,
            deletedBy,
            restore: () => api.restoreBuild({ buildId: build.id }),
          }))}
          onRestored={() =>
            Promise.all(
              [['deleted builds'], ['builds']].map((queryKey) => client.invalidateQueries({ queryKey })),
            )
          }
        />
      </div>
    </section>
  );
}

function DeletedRows({ rows, onRestored }: { rows: readonly Row[]; onRestored: () => Promise<unknown> }) {
  const now = new Date();
  const restore = useMutation({
    mutationFn: (row: Row) => row.restore(),
    onSuccess: (_, row) => toast(`${row.name} was restored.`),
    onError: (error) => toast(`Not restored: ${sentenceOf(toProblem(error))}`, { tone: 'problem' }),
    onSettled: onRestored,
  });
  return (
    <ul className="deleted-rows">
      {rows.map((row) => (
        <li key={row.id} className="deleted-row text-13">
          <span className="deleted-name">
            <MiddleCut text={row.name} />
          </span>
          <span className="muted text-12">
            deleted {formatAgo(new Date(row.deletedAt), now)}
            {row.deletedBy === 'server' ? ' by retention' : byActor(row.deletedBy)}
          </span>
          <button
            type="button"
            className="button small"
            aria-label={`Restore ${row.name}`}
            disabled={restore.isPending}
            onClick={() => restore.mutate(row)}
          >
            Restore
          </button>
        </li>
      ))}
    </ul>
  );
}
