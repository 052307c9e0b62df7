import {
  createAdapterFactory,
  type CleanedWhere,
  type CustomAdapter,
  type DBAdapterInstance,
} from 'better-auth/adapters';
import { createHash } from 'node:crypto';
import type {
  IdentityCondition,
  IdentityRecord,
  IdentityRecordRepository,
  IdentityRecords,
  IdentityTable,
} from '../../ports/identity-records.ts';

/** How the library's models are stored: its fields by our columns. Fields that are not here are not kept. */
const models: Record<string, { table: IdentityTable; columns: Record<string, string> }> = {
  user: {
    table: 'users',
    columns: {
      id: 'id',
      name: 'name',
      email: 'email',
      emailVerified: 'email_verified',
      createdAt: 'created_at',
      updatedAt: 'updated_at',
    },
  },
  session: {
    table: 'sessions',
    columns: {
      id: 'id',
      token: 'token_hash',
      userId: 'user_id',
      createdAt: 'created_at',
      updatedAt: 'updated_at',
      expiresAt: 'expires_at',
      ipAddress: 'ip_address',
      userAgent: 'user_agent',
    },
  },
  account: {
    table: 'accounts',
    columns: {
      id: 'id',
      userId: 'user_id',
      providerId: 'provider_id',
      accountId: 'account_id',
      password: 'password',
      createdAt: 'created_at',
      updatedAt: 'updated_at',
    },
  },
  verification: {
    table: 'verifications',
    columns: {
      id: 'id',
      identifier: 'identifier',
      value: 'value',
      expiresAt: 'expires_at',
      createdAt: 'created_at',
      updatedAt: 'updated_at',
    },
  },
};

const dateColumns = new Set(['created_at', 'updated_at', 'expires_at']);
const maxTextLength = 1_024;

/** Session tokens are kept as what this makes of them. */
function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** How an account names its provider: with its issuer, so that another issuer's subject is another account. */
export function storedProvider(issuers: ReadonlyMap<string, string>, provider: string): string {
  const issuer = issuers.get(provider);
  return issuer === undefined ? provider : `${provider} ${issuer}`;
}

/**
 * better-auth over our database: each of its calls is one transaction there, so that it never writes past those of others.
 * Session tokens are stored hashed; what providers hand out (access and refresh tokens) is not stored at all.
 *
 * @param issuers issuer by provider id: an account belongs to both
 */
export function recordsAdapter(
  records: IdentityRecords,
  issuers: ReadonlyMap<string, string>,
): DBAdapterInstance {
  function stored(column: string, value: unknown): string | number | null {
    if (value === undefined || value === null) return null;
    if (value instanceof Date) return value.getTime();
    if (typeof value === 'boolean') return value ? 1 : 0;
    if (column === 'token_hash') return tokenHash(value as string);
    if (column === 'provider_id') return storedProvider(issuers, value as string);
    return value as string | number;
  }

  function recordOf(model: string, data: Record<string, unknown>): IdentityRecord {
    const { table, columns } = models[model]!;
    const record: IdentityRecord = {};
    for (const [field, value] of Object.entries(data)) {
      const column = columns[field];
      if (column !== undefined && value !== undefined) record[column] = stored(column, value);
    }
    if (typeof record['user_agent'] === 'string')
      record['user_agent'] = record['user_agent'].slice(0, maxTextLength);
    if (table === 'users') delete record['superuser'];
    return record;
  }

  /** @param where where the record was found by its token, the token is given back as it was asked for */
  function fieldsOf(model: string, record: IdentityRecord, where: readonly CleanedWhere[]): object {
    const fields: Record<string, unknown> = {};
    for (const [field, column] of Object.entries(models[model]!.columns)) {
      const value = record[column]!;
      if (dateColumns.has(column)) fields[field] = new Date(value);
      else if (column === 'email_verified') fields[field] = value === 1;
      else if (column === 'provider_id') fields[field] = String(value).split(' ')[0];
      else fields[field] = value;
    }
    const asked = where.find(({ field, operator }) => field === 'token' && operator === 'eq');
    if (asked !== undefined) fields['token'] = asked.value;
    return fields;
  }

  function conditionsOf(model: string, where: readonly CleanedWhere[] = []): IdentityCondition[] {
    return where.map(({ field, operator, value, connector }) => {
      const column = models[model]!.columns[field];
      const sign = signs[operator ?? 'eq'];
      if (column === undefined || sign === undefined || (connector === 'OR' && where.length > 1))
        throw new Error(`a condition that the store does not know: ${model}.${field} ${operator}`);
      return {
        column,
        operator: sign,
        value: Array.isArray(value) ? value.map((one) => stored(column, one)!) : stored(column, value),
      };
    });
  }

  const find = async (
    model: string,
    where: readonly CleanedWhere[],
    options: Parameters<IdentityRecordRepository['find']>[2],
  ) => records.read((rows) => rows.find(models[model]!.table, conditionsOf(model, where), options));

  const adapter: CustomAdapter = {
    async create({ model, data }) {
      const record = recordOf(model, data);
      if (model === 'user') record['superuser'] = 0;
      await records.transaction((rows) => rows.insert(models[model]!.table, record));
      return data;
    },
    async findOne<T>({ model, where }: { model: string; where: CleanedWhere[] }) {
      const [record] = await find(model, where, { limit: 1 });
      return (record === undefined ? null : fieldsOf(model, record, where)) as T | null;
    },
    async findMany<T>(of: Parameters<CustomAdapter['findMany']>[0]) {
      const { model, where = [], limit, offset = 0, sortBy } = of;
      const found = await find(model, where, {
        limit,
        offset,
        ...(sortBy !== undefined && {
          orderBy: {
            column: models[model]!.columns[sortBy.field]!,
            descending: sortBy.direction === 'desc',
          },
        }),
      });
      return found.map((record) => fieldsOf(model, record, where)) as T[];
    },
    async update<T>(of: { model: string; where: CleanedWhere[]; update: T }) {
      const { model, where } = of;
      const { table } = models[model]!;
      const changes = recordOf(model, of.update as Record<string, unknown>);
      const record = await records.transaction(async (rows) => {
        const conditions = conditionsOf(model, where);
        const [found] = await rows.find(table, conditions, { limit: 1 });
        if (found === undefined) return null;
        const byId: IdentityCondition[] = [{ column: 'id', operator: '=', value: found['id']! }];
        await rows.update(table, byId, changes);
        return { ...found, ...changes };
      });
      return (record === null ? null : fieldsOf(model, record, where)) as T | null;
    },
    updateMany: ({ model, where, update }) =>
      records.transaction((rows) =>
        rows.update(models[model]!.table, conditionsOf(model, where), recordOf(model, update)),
      ),
    async delete({ model, where }) {
      await records.transaction((rows) => rows.delete(models[model]!.table, conditionsOf(model, where)));
    },
    deleteMany: ({ model, where }) =>
      records.transaction((rows) => rows.delete(models[model]!.table, conditionsOf(model, where))),
    async consumeOne<T>({ model, where }: { model: string; where: CleanedWhere[] }) {
      const { table } = models[model]!;
      const record = await records.transaction(async (rows) => {
        const [found] = await rows.find(table, conditionsOf(model, where), { limit: 1 });
        if (found === undefined) return null;
        const gone = await rows.delete(table, [{ column: 'id', operator: '=', value: found['id']! }]);
        return gone === 1 ? found : null;
      });
      return (record === null ? null : fieldsOf(model, record, where)) as T | null;
    },
    count: ({ model, where }) =>
      records.read((rows) => rows.count(models[model]!.table, conditionsOf(model, where))),
  };
  return createAdapterFactory({
    config: {
      adapterId: 'dpxdt-store',
      adapterName: 'dpxdt store',
      supportsNumericIds: false,
      supportsDates: true,
      supportsBooleans: true,
      transaction: false,
    },
    adapter: () => adapter,
  });
}

const signs: Readonly<Record<string, IdentityCondition['operator']>> = {
  eq: '=',
  ne: '!=',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
  in: 'in',
  not_in: 'not in',
};
