import { z } from 'zod';

/** A call that a recording forge takes. */
export interface CallRule {
  does:
    | 'status'
    | 'list'
    | 'create'
    | 'update'
    | 'repository'
    | 'probe'
    | 'installation'
    | 'app token'
    | 'statuses';
  method: string;
  /** Matches the whole path; its groups are the sha or number, and the comment's id. */
  path: RegExp;
  /** Exactly these; none if missing. */
  query?: Readonly<Record<string, RegExp>>;
  body: z.ZodType | null;
  /** Status of the answer. */
  answers: number;
  source: string;
}

export const url = z.string().regex(/^https?:\/\/[^\s]+$/);
