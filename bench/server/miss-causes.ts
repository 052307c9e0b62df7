/** Known reasons for missed targets, by the id of the part. */
export const missCauses: Record<string, string> = {};
