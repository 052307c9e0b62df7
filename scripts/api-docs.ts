/** The HTTP API's page: an introduction, and every operation of the contract. */
import { z } from 'zod';
import type { Operation } from '../src/contract/operation.ts';
import { operationGroups } from '../src/contract/operations.ts';

interface ParameterSchema {
  type?: string | string[];
  description?: string;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
}

const groupTexts: Record<(typeof operationGroups)[number]['title'], string> = {
  'Releases and runs':
    'The API of the original Depicted, under its names. Needs a key of the build, or a superuser key.',
  'Work queue':
    'The calls of workers. Needs a worker key (`add`: a superuser key); a build key gets 403 `role_required`. Times are epoch seconds.',
  Resources:
    'For the review UI and for scripts: builds, releases, runs, decisions, queues. Times are epoch milliseconds.',
};

/** @param notice says that the page is generated */
export function apiPage(notice: string): string {
  return `# HTTP API

${notice}

${introduction}
${operationGroups
  .map(
    ({ title, operations }) => `## ${title}\n\n${groupTexts[title]}\n\n${operations.map(section).join('\n')}`,
  )
  .join('\n')}`;
}

const introduction = `A running server describes itself: \`/api/openapi.json\` (OpenAPI 3.1) and \`/api/reference\` (the same as a page).
From TypeScript, use the [client](client.md).

\`\`\`sh
curl -u "$KEY_ID:$KEY_SECRET" \\
    -F build_id=1 \\
    -F release_name=06-16-r01 \\
    http://localhost:5000/api/create_release
\`\`\`

## How to call it

- **Sign in** with HTTP Basic: the id of an API key as the user, its secret as the password. A build key belongs to one build; a
  superuser key reaches every build and the work queue; a worker key reaches the queue, and builds through the tasks that it has leased.
  Without credentials the answer is 401. Unknown keys, wrong secrets and revoked keys get 403 with the same body; after 20 wrong secrets
  in a minute for one key from one address, 429. Another build gets 404, exactly like one that does not exist.
- **A server that needs no login** (\`--auth off\`, the default on a loopback address) treats callers without credentials as its superuser. It
  answers only if Host is localhost, 127.0.0.1 or [::1], and refuses requests that pages of other sites make a browser send.
- **Send** a POST as \`application/x-www-form-urlencoded\`, \`multipart/form-data\` or \`application/json\`, with the same names. A GET has its
  parameters in the query. Repeated parameters are refused, unknown ones ignored; an empty one counts as absent. An integer as text has
  one spelling: \`1\`, not \`01\`, \`+1\` or \`1.0\`.
- **Limits**: 1 MiB for a body without a file, 128 MiB for an image, 16 MiB for another file, 16 KiB for the headers; beyond that, 413 (431
  for headers). A body may not be compressed; large answers of the resource API are, for clients that accept brotli or gzip. A key or a
  person may send 600,000 requests a minute, an address without credentials 6,000: then 429. Headers must arrive within 10 s and a body at
  1 KiB/s or more: otherwise 408.
- **Success** is 200 and JSON, with \`"success": true\` in the API of the original. **Failure** is a status of 400 or more and

\`\`\`json
{
  "error": "build_id is missing.",
  "code": "invalid_argument",
  "details": { "parameter": "build_id" },
  "request_id": "Yb1o0zD3T0m6rjZ8m8Q2Vg"
}
\`\`\`

  \`error\` is a sentence for people, \`code\` is for programs ([all codes](errors.md)), and the request id is in the server's log.
- **Retry** after 429 and 503, after the seconds in \`Retry-After\` and \`details.retry_after\`. If an answer was lost, the call may have taken
  effect; you can safely repeat every call except \`create_release\` (which would assign another number), \`add\` without a \`task_id\`, and
  \`lease\`.

## Health and metrics

| address | access | answer |
| --- | --- | --- |
| \`/healthz\` | anyone | 200 while the process lives: \`{"status": "ok"}\` or \`"degraded"\` |
| \`/readyz\` | anyone | 200 when it is ready; 503 and \`Retry-After\` while the database does not answer |
| \`/metrics\` | superusers | Prometheus: requests, queue depth and age, when a worker last asked, attempts at tasks and their time, reports by status and reason, storage |
`;

function section(operation: Operation): string {
  const schema = z.toJSONSchema(operation.parameters, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, ParameterSchema>;
    required?: string[];
  };
  const rows = Object.entries(schema.properties ?? {}).map(
    ([name, of]) =>
      `| \`${name}\` | ${typeOf(of)} | ${schema.required?.includes(name) === true ? 'yes' : ''} | ${of.description ?? ''} |`,
  );
  if (operation.takesFile) rows.push('| a file | file | yes | Exactly one, in a part with a file name. |');
  const parameters =
    rows.length === 0
      ? ''
      : `\n| parameter | type | required | |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
  const body = [operation.summary, operation.description].filter(Boolean).join(' ');
  return `### ${operation.name}\n\n\`${operation.method} ${operation.path}\`\n\n${body}${accessNote(operation)}\n${parameters}${answer(operation)}`;
}

function accessNote({ access, path }: Operation): string {
  if (access === 'open') return ' Open to anyone.';
  if (access === 'read') return ' Open to anyone if the build is public.';
  if (access === 'manage') return ' Needs a superuser key, or an admin of the build.';
  return access === 'superuser' && path.startsWith('/api/v1') ? ' Needs a superuser key.' : '';
}

function answer(operation: Operation): string {
  if (operation.answer === null) return '';
  const names = Object.keys(operation.answer.shape).filter((name) => name !== 'success');
  return names.length === 0 ? '' : `\nAnswers ${names.map((name) => `\`${name}\``).join(', ')}.\n`;
}

function typeOf(of: ParameterSchema): string {
  if (of.enum !== undefined) return of.enum.map((word) => `\`${word}\``).join(', ');
  const type = [of.type ?? 'value'].flat().join(' or ');
  if (type === 'object' || type === 'array') return `JSON ${type}`;
  if (of.maxLength !== undefined) return `${type}, at most ${of.maxLength.toLocaleString('en-US')}`;
  const isId = of.maximum === 2_147_483_647;
  if (of.maximum !== undefined && !isId)
    return `${type}, ${of.minimum ?? ''}–${of.maximum.toLocaleString('en-US')}`;
  return type;
}
