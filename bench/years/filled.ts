/** A place with years of data, as an operator, a person and a tool would have begun it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '../server/connection.ts';
import { sendFile } from '../server/loads/upload.ts';
import type { Place } from '../server/places.ts';
import { prepare, startServer } from '../server/server-process.ts';
import { pixelPng } from '../../test/support/png-writer.ts';
import type { Filled } from './calls.ts';
import { fillYears } from './fill.ts';
import type { Years } from './fill.ts';

export interface FilledPlace extends Filled {
  place: Place;
  /** `id:secret` of one that can access everything. */
  superuserKey: string;
  /** Of the first superuser. */
  person: { email: string; password: string };
}

export async function openFilled(place: Place, years: Years): Promise<FilledPlace> {
  const { superuserKey } = prepare(place);
  const person = { email: 'ada@example.org', password: 'as long as it has to be' };
  const server = await startServer(place);
  const link = new URL(readFileSync(join(place.dataFolder, 'setup-link'), 'utf8').trim());
  const token = link.hash.slice(1) || link.searchParams.get('token') || link.pathname.split('/').at(-1)!;
  const connection = new Connection(server.url, superuserKey);
  const post = async (path: string, body: object) => {
    const answer = await new Connection(server.url, null).request({
      method: 'POST',
      path,
      contentType: 'application/json',
      body: JSON.stringify(body),
    });
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.body.toString()}`);
  };
  await post('/api/v1/set_up', { token, name: 'Ada', ...person });
  const sent = await sendFile(connection, 1, 'page.png', Buffer.from(pixelPng('years')));
  const { sha1sum: image } = JSON.parse(sent.body.toString()) as { sha1sum: string };
  connection.close();
  await server.stop();
  await fillYears(place, years, image);
  return { place, superuserKey, person, image, releases: years.releases };
}
