import { expect, it } from 'vitest';
import { pinoLogger } from './pino-logger.ts';

function logged(fields: Record<string, unknown>, message = 'hello'): Record<string, unknown> {
  const lines: string[] = [];
  const logger = pinoLogger({ destination: { write: (line) => void lines.push(line) } });
  logger.warn(message, fields);
  return JSON.parse(lines[0]!) as Record<string, unknown>;
}

it('writes one JSON line with time, level, message and fields', () => {
  expect(logged({ requestId: 'r', status: 503 })).toMatchObject({
    level: 40,
    msg: 'hello',
    requestId: 'r',
    status: 503,
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
  });
});

it('masks secrets by the names of their members, at any depth', () => {
  const secret = 'hunter2';
  const line = logged({
    headers: { authorization: secret, Cookie: secret, 'set-cookie': [secret] },
    config: {
      httpPassword: secret,
      cookies: [{ name: 'a', value: secret }],
      injectHeaders: { '.*': { 'X-A': secret } },
    },
    list: [{ secret }, { client_secret: secret }, { accessToken: secret }],
    databaseUrl: `postgres://me:${secret}@db/x`,
  });
  expect(JSON.stringify(line)).not.toContain(secret);
  expect(JSON.stringify(line)).toContain('•••');
});

it('masks credentials inside texts, also of errors', () => {
  const line = logged(
    { url: 'https://me:hunter2@site.example/a@b', error: new Error('GET http://user:hunter2@host failed') },
    'sent Authorization: Basic aHVudGVyMjpodW50ZXIy',
  );
  const text = JSON.stringify(line);
  expect(text).not.toContain('hunter2');
  expect(text).not.toContain('aHVudGVyMjpodW50ZXIy');
  expect(text).toContain('https://•••@site.example/a@b');
});

it('writes nothing below its level', () => {
  const lines: string[] = [];
  const logger = pinoLogger({ level: 'warn', destination: { write: (line) => void lines.push(line) } });
  logger.info('quiet');
  expect(lines).toEqual([]);
});
