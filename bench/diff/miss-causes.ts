/** Why a target is missed, found by measuring; shown beside the figure when it is. */
export const missCauses: Record<string, string> = {};
