/** How the tables store a boolean. */
export type Flag = 0 | 1;
