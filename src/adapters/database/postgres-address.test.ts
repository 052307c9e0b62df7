import { expect, it } from 'vitest';
import { postgresAddress } from './postgres-address.ts';

it.each([
  ['postgres://u:p%23@db.example:5432/d', 'postgres://u:p%23@db.example:5432/d'],
  ['postgres://u@/d?host=/run/postgresql', 'postgres://u@/d?host=/run/postgresql'],
  ['postgres://u@db/d?sslmode=disable', 'postgres://u@db/d?sslmode=disable'],
  ['postgres://u@db/d?sslmode=require', 'postgres://u@db/d?sslmode=verify-full'],
  ['postgres://u@db/d?a=1&sslmode=verify-ca&b=2', 'postgres://u@db/d?a=1&sslmode=verify-full&b=2'],
  [
    'postgres://u@db/d?uselibpqcompat=true&sslmode=require',
    'postgres://u@db/d?uselibpqcompat=true&sslmode=require',
  ],
])('%s', (url, address) => {
  expect(postgresAddress(url)).toBe(address);
});

it.each([
  ['postgres://u:hun#ter/2@db:5432/d', /cannot be read: write postgres:.*percent-encoded/],
  ['postgres://u:hunter2@db:99999/d', /cannot be read/],
  ['postgres://u:hunter2@db/d?sslmode=banana', /sslmode "banana": write disable, require/],
])('refuses %s and does not repeat the password', (url, message) => {
  expect(() => postgresAddress(url)).toThrow(message);
  expect(() => postgresAddress(url)).not.toThrow(/hun/);
});
