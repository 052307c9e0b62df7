/** The row to return to when a test is left again. */
export const lastOpened: { position: number | null } = { position: null };
