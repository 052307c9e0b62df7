export interface BuildSecretsTable {
  build_id: number;
  name: string;
  /** Sealed, in base64. */
  value: string;
  /** A JSON list. */
  origins: string;
  updated_at: number;
  updated_by: string;
}
