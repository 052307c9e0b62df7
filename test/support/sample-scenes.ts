/** Ready sample reports, used by the report's tests and by its screenshots. */

import { iconPng, plainPng, shopPng } from './sample-pages.ts';
import { SampleReport } from './sample-report.ts';

export const hostileName = '</script><img src=x onerror="window.hacked=1">‮ evil';
/** The same as a server takes it: without a character that nobody sees. */
export const markupName = hostileName.replace('\u202e', '');
export const longName = `checkout/${'very-long-step-name-'.repeat(12)}end`.slice(0, 254) + 'Z';
export const rtlName = 'صفحة الدفع · التسوق';

/** Every state, several kinds of difference, hostile and long names. */
export async function mixedReport(): Promise<SampleReport> {
  const sample = new SampleReport({
    unusedReferences: ['tests/visual/old-home.png', 'tests/visual/legacy.png'],
  });
  const home = await shopPng();
  const small = await shopPng({ height: 900, title: 'Journal' });
  await sample.add({
    name: 'home',
    before: home,
    after: await shopPng({ price: '€ 26.00', title: 'Summer collection' }),
    url: 'http://localhost:8000/',
  });
  await sample.add({
    name: 'home@phone',
    before: await shopPng({ width: 390, height: 1400, title: 'Spring' }),
    after: await shopPng({ width: 390, height: 1400, title: 'Summer' }),
  });
  await sample.add({
    name: 'catalogue',
    before: home,
    after: await shopPng({ notice: 'Free delivery this week on everything over € 40.', height: 1656 }),
    change: { settled: false, shots: 8 },
  });
  const button = await shopPng({ height: 900, title: 'Journal', accent: '#0f766e' });
  await sample.add({ name: 'journal', before: small, after: button });
  await sample.add({ name: 'journal/autumn', before: small, after: button });
  await sample.add({ name: 'journal/winter', before: small, after: button });
  await sample.add({
    name: 'cart, narrower and shorter',
    before: await plainPng(800, 600, '#ffffff', [
      { left: 100, top: 80, width: 200, height: 60, colour: '#1d4ed8' },
    ]),
    after: await plainPng(700, 1000, '#ffffff', [
      { left: 100, top: 80, width: 200, height: 60, colour: '#1d4ed8' },
    ]),
  });
  await sample.add({ name: 'icon', before: await iconPng('#0b63b0'), after: await iconPng('#a3122b') });
  await sample.add({ name: hostileName, before: small, after: button });
  await sample.add({ name: longName, before: small, after: button });
  await sample.add({ name: rtlName, before: small, after: button });
  const failure = { reason: 'reference_missing', message: 'There is no baseline yet.' } as const;
  await sample.add({ name: '🦊 emoji page 🎉', after: small, change: { failure } });
  await sample.add({ name: 'landing', after: home, change: { failure } });
  await sample.addFailure(
    'cart',
    { reason: 'http_status', message: 'The page returned status 500.' },
    { beforePng: small },
  );
  await sample.addFailure('checkout?step=2', {
    reason: 'capture_timeout',
    message: 'The page was not ready after 90 seconds.',
  });
  for (const name of ['about', 'contact', 'imprint', 'help', 'stores'])
    await sample.add({ name, before: small, after: small });
  const terms = await sample.add({
    name: 'terms',
    before: small,
    after: await shopPng({ height: 900, title: 'Journal', accent: '#1d4ed9' }),
    change: { state: 'same' },
  });
  terms.forgivenMask = terms.mask;
  terms.mask = null;
  Object.assign(terms.comparison!, {
    same: true,
    belowThresholdPixels: terms.comparison!.changedPixels,
    changedPixels: 0,
    diffRatio: 0,
    regions: [],
    regionCount: 0,
    forgivenPixels: terms.comparison!.changedPixels,
    forgivenRegions: terms.comparison!.regions,
    forgivenRegionCount: terms.comparison!.regionCount,
    hidden: `Forgiven: ${terms.comparison!.changedPixels.toLocaleString('en-US')} pixels below the threshold; distortion 0.000420.`,
  });
  return sample;
}

/** A small shop as a team would test it: the report of the manual's images. */
export async function shopReport(): Promise<SampleReport> {
  const sample = new SampleReport({ startedAt: new Date(Date.now() - 180_000).toISOString() });
  const home = { height: 2_560 };
  const journal = { height: 1_500, title: 'Journal' };
  const phone = { width: 390, height: 1_800 };
  const [homePng, journalPng, greenPng] = await Promise.all([
    shopPng(home),
    shopPng(journal),
    shopPng({ ...journal, accent: '#0f766e' }),
  ]);
  await sample.add({
    name: 'home',
    before: homePng,
    after: await shopPng({ ...home, price: '€ 26.00', title: 'Summer collection' }),
    url: 'http://localhost:8000/',
  });
  await sample.add({
    name: 'home@phone',
    before: await shopPng({ ...phone, title: 'Spring' }),
    after: await shopPng({ ...phone, title: 'Summer' }),
    url: 'http://localhost:8000/',
  });
  await sample.add({
    name: 'catalogue',
    before: homePng,
    after: await shopPng({ height: 2_616, notice: 'Free delivery this week on everything over € 40.' }),
  });
  for (const name of ['journal', 'journal/autumn', 'journal/winter'])
    await sample.add({ name, before: journalPng, after: greenPng });
  await sample.addFailure(
    'checkout',
    { reason: 'http_status', message: 'The page returned status 500.' },
    { beforePng: journalPng },
  );
  const failure = { reason: 'reference_missing', message: 'There is no baseline yet.' } as const;
  await sample.add({ name: 'gift-card', after: journalPng, change: { failure } });
  for (const name of ['about', 'contact', 'help', 'imprint', 'returns', 'search?q=linen', 'stores', 'terms'])
    await sample.add({ name, before: homePng, after: homePng });
  return sample;
}

/** One page of 1280 × 20,000 px with three changes, the last one near its end. */
export async function tallReport(): Promise<SampleReport> {
  const sample = new SampleReport();
  const lines = Array.from({ length: 200 }, (_, index) => ({
    left: 80,
    top: 60 + index * 100,
    width: 300 + ((index * 97) % 800),
    height: 20,
    colour: index % 5 === 0 ? '#374151' : '#9ca3af',
  }));
  const before = await plainPng(1280, 20_000, '#f9fafb', lines);
  const after = await plainPng(1280, 20_000, '#f9fafb', [
    ...lines,
    { left: 600, top: 220, width: 120, height: 40, colour: '#b91c1c' },
    { left: 200, top: 9_900, width: 300, height: 60, colour: '#b91c1c' },
    { left: 900, top: 19_700, width: 80, height: 80, colour: '#b91c1c' },
  ]);
  await sample.add({ name: 'tall', before, after });
  return sample;
}

/** Many tests that share a few images. */
export async function manyReport(count: number): Promise<SampleReport> {
  const sample = new SampleReport({ durationMs: 1_260_000 });
  const before = await shopPng({ height: 700, title: 'Journal' });
  const after = await shopPng({ height: 700, title: 'Journals' });
  const differs = await sample.add({ name: 'page 0', before, after });
  const same = await sample.add({ name: 'page 1', before, after: before });
  for (let index = 2; index < count; index++) {
    const like = index % 50 === 0 ? differs : same;
    const name = `section ${index % 40}/page ${index}`;
    sample.report.tests.push({ ...like, name, url: `http://localhost:8000/${index}` });
  }
  return sample;
}

/** Everything looks the same. */
export async function sameReport(): Promise<SampleReport> {
  const sample = new SampleReport();
  const page = await shopPng({ height: 900 });
  for (const name of ['home', 'about', 'contact']) await sample.add({ name, before: page, after: page });
  return sample;
}

/** What `dpxdt update` leaves behind. */
export async function updateReport(): Promise<SampleReport> {
  const sample = new SampleReport({ command: 'update' });
  const page = await shopPng({ height: 900 });
  const changed = await shopPng({ height: 900, title: 'Summer' });
  await sample.add({ name: 'home', before: page, after: changed, change: { state: 'updated' } });
  await sample.add({ name: 'landing', after: page, change: { state: 'new' } });
  await sample.add({ name: 'about', before: page, after: page, change: { state: 'unchanged' } });
  return sample;
}
