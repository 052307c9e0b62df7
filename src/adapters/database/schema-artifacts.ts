/** The tables of artifacts, as declared to Kysely. */

export interface ArtifactsTable {
  sha1: string;
  sha256: string;
  size: number;
  created_at: number;
  content: Uint8Array | null;
}

export interface ArtifactOwnershipsTable {
  build_id: number;
  sha1: string;
  content_type: string;
  created_at: number;
  /** When to check whether a run still uses it; null: not before such a run is deleted. */
  check_at: number | null;
}

/** Of artifacts by runs; written with the run, and kept until the run is deleted. */
export interface ArtifactUsesTable {
  build_id: number;
  sha1: string;
  run_id: number;
}

/** Artifacts whose row was deleted because no run uses them: their files may go. */
export interface DroppedArtifactsTable {
  sha1: string;
  dropped_at: number;
}
