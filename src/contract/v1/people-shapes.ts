import { z } from 'zod';
import { roles } from '../../domain/people/membership.ts';

export const role = z.enum(roles).meta({
  description: 'admin: manages settings and people; reviewer: decides; viewer: views.',
});

export const person = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  superuser: z.boolean(),
  created_at: z.int(),
});

export const member = z.object({
  user_id: z.string(),
  name: z.string(),
  email: z.string(),
  role,
  methods: z.array(z.string()).meta({ description: 'How they sign in: password, google, oidc.' }),
  last_seen_at: z.int().nullable().meta({ description: 'Null if they are not signed in.' }),
});

export const invitation = z.object({
  id: z.string(),
  email: z.string(),
  role,
  created_at: z.int(),
  created_by: z.string(),
  expires_at: z.int(),
});
