import type { Selectable } from 'kysely';
import { eventTypes } from '../../domain/events/event.ts';
import type { EventEndpoint } from '../../domain/events/event.ts';
import type { EventEndpointRepository } from '../../ports/store/events.ts';
import { locked } from './connection.ts';
import type { Connection } from './connection.ts';
import type { EventEndpointsTable } from './schema-events.ts';
import { statement } from './statement.ts';

const ofBuild = statement((db, { buildId }: { buildId: number }) =>
  db.selectFrom('event_endpoints').selectAll().where('build_id', '=', buildId).orderBy('id'),
);

export function eventEndpointRepository(connection: Connection): EventEndpointRepository {
  const { db } = connection;
  const byId = (id: number) => db.selectFrom('event_endpoints').selectAll().where('id', '=', id);
  return {
    async insert(made) {
      const { buildId, kind, createdAt, createdBy } = made;
      const row = await db
        .insertInto('event_endpoints')
        .values({
          build_id: buildId,
          kind,
          created_at: createdAt,
          created_by: createdBy,
          ...columnsOf(made),
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return toEndpoint(row);
    },
    async update(changed) {
      await db.updateTable('event_endpoints').set(columnsOf(changed)).where('id', '=', changed.id).execute();
    },
    async find(id) {
      const row = await byId(id).executeTakeFirst();
      return row === undefined ? null : toEndpoint(row);
    },
    async lock(id) {
      const row = await locked(connection, byId(id)).executeTakeFirst();
      return row === undefined ? null : toEndpoint(row);
    },
    ofBuild: async (buildId) => (await ofBuild(connection, { buildId })).rows.map(toEndpoint),
    async delete(id) {
      await db.deleteFrom('event_deliveries').where('endpoint_id', '=', id).execute();
      await db.deleteFrom('event_endpoints').where('id', '=', id).execute();
    },
  };
}

type Changed = Omit<EventEndpoint, 'id' | 'buildId' | 'kind' | 'createdAt' | 'createdBy'>;

function columnsOf(of: Changed) {
  return {
    address: base64(of.address)!,
    types: of.types.join(' '),
    secret: base64(of.secret),
    old_secret: base64(of.oldSecret),
    old_secret_until: of.oldSecretUntil,
    disabled_at: of.disabledAt,
    problem: of.problem,
  };
}

function toEndpoint(row: Selectable<EventEndpointsTable>): EventEndpoint {
  const types = row.types.split(' ');
  return {
    id: row.id,
    buildId: row.build_id,
    kind: row.kind,
    address: bytes(row.address)!,
    // Another version may know more of them.
    types: eventTypes.filter((type) => types.includes(type)),
    secret: bytes(row.secret),
    oldSecret: bytes(row.old_secret),
    oldSecretUntil: row.old_secret_until,
    disabledAt: row.disabled_at,
    problem: row.problem,
    createdAt: row.created_at,
    createdBy: row.created_by,
  };
}

function base64(sealed: Uint8Array | null): string | null {
  return sealed === null ? null : Buffer.from(sealed).toString('base64');
}

function bytes(text: string | null): Uint8Array | null {
  return text === null ? null : new Uint8Array(Buffer.from(text, 'base64'));
}
