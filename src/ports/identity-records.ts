/**
 * The records that the login library manages itself, as table rows. A port between that library's adapter, the
 * database and the composition root; the core has methods by use case (`accounts`, `sessions` … of a transaction).
 */

export const identityTables = ['users', 'sessions', 'accounts', 'verifications'] as const;
export type IdentityTable = (typeof identityTables)[number];
/** Columns and values as stored. */
export type IdentityRecord = Record<string, string | number | null>;

export interface IdentityCondition {
  column: string;
  operator: '=' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';
  value: string | number | null | readonly (string | number)[];
}

/** Each call of `work` is a transaction, with the same rules as those of the store. */
export interface IdentityRecords {
  transaction<T>(work: (records: IdentityRecordRepository) => Promise<T>): Promise<T>;
  /** A consistent, read-only snapshot. */
  read<T>(work: (records: IdentityRecordRepository) => Promise<T>): Promise<T>;
}

/** Records by column; all conditions must hold. Unknown columns are an error. */
export interface IdentityRecordRepository {
  insert(table: IdentityTable, record: IdentityRecord): Promise<void>;
  find(
    table: IdentityTable,
    conditions: readonly IdentityCondition[],
    options?: { limit?: number; offset?: number; orderBy?: { column: string; descending: boolean } },
  ): Promise<IdentityRecord[]>;
  /** @returns how many records changed */
  update(
    table: IdentityTable,
    conditions: readonly IdentityCondition[],
    changes: IdentityRecord,
  ): Promise<number>;
  /** @returns how many records were deleted */
  delete(table: IdentityTable, conditions: readonly IdentityCondition[]): Promise<number>;
  count(table: IdentityTable, conditions: readonly IdentityCondition[]): Promise<number>;
}
