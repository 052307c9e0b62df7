/** Why a target is missed, where it is known: by the id of the part. */
export const missCauses: Record<string, string> = {};
