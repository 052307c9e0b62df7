import { join } from 'node:path';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';
import { createSmtpMailer } from '../../../src/adapters/mail/smtp-mailer.ts';
import { createDerivedImages } from '../../../src/adapters/pixels/derived-images.ts';
import type { Mailer } from '../../../src/ports/mailer.ts';
import { upload } from '../../../src/services/artifacts/upload.ts';
import { updateBuild } from '../../../src/services/builds/update-build.ts';
import type { Deps } from '../../../src/services/deps.ts';
import { deliverMails } from '../../../src/services/mail/deliver-mails.ts';
import { runsDone } from '../../../src/services/releases/runs-done.ts';
import { startMailSink, type MailSink } from '../../support/mail-sink.ts';
import {
  chunksOf,
  named,
  newRelease,
  openWorld,
  report,
  root,
  uploadText,
  type StoreKind,
  type World,
} from '../../support/server-world.ts';

export const minuteMs = 60_000;

export interface MailWorld {
  world: World;
  sink: MailSink;
  deliver: (deps?: Deps) => Promise<number>;
}

/** With a real mail server, whose mails `sink` keeps. */
export async function openMailWorld(kind: StoreKind, smtpUrl?: string): Promise<MailWorld> {
  const world = await openWorld(kind);
  const sink = await startMailSink();
  const mailer: Mailer = createSmtpMailer({
    smtpUrl: smtpUrl ?? sink.url,
    from: 'Depicted <dpxdt@dpxdt.test>',
    timeoutMs: 15_000,
  });
  onTestFinished(() => mailer.close());
  const images = await createDerivedImages({ folder: join(world.blobFolder, '..', 'derived') });
  const deliver = (deps = world.deps) => deliverMails(deps, { mailer, images });
  return { world, sink, deliver };
}

async function uploadPng(world: World, background: string): Promise<string> {
  const png = await sharp({ create: { width: 300, height: 200, channels: 3, background } })
    .png()
    .toBuffer();
  const input = { buildId: world.build.id, fileName: 'a.png', content: chunksOf(png) };
  return (await upload(world.deps, root, input)).sha1sum;
}

/** A release of two runs, one of which differs, ready for review. */
export async function readyRelease(world: World, name = 'r1'): Promise<void> {
  const release = await newRelease(world, name);
  const [image, refImage] = [await uploadPng(world, '#ff0000'), await uploadPng(world, '#00ff00')];
  await report(world, release, '/<b>&"x', {
    image,
    refImage,
    diffImage: await uploadPng(world, '#ffffff'),
    distortion: 0.25,
  });
  await report(world, release, '/new', { image, log: await uploadText(world, 'log') });
  await runsDone(world.deps, root, named(release));
}

export const alias = (world: World, emailAlias: string | null) =>
  updateBuild(world.deps, root, { buildId: world.build.id, emailAlias });
