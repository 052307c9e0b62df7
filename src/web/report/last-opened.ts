/** The row to return to when a test is closed. */
export const lastOpened: { position: number | null } = { position: null };
