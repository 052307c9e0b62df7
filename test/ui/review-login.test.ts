import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { DepictedClient } from '../../src/client/index.ts';
import { shopPng } from '../support/sample-pages.ts';
import { freePort } from '../support/free-port.ts';
import { startOidcProvider, type OidcPerson } from '../support/oidc-provider.ts';
import { startMailSink, type MailSink } from '../support/mail-sink.ts';
import { startReviewServer, type ReviewServer } from './support/review-server.ts';
import {
  closePage,
  expectAccessible,
  heading,
  leaveBrowser,
  sharedBrowser,
  loaded,
  openPage,
  screenshot,
  sidewaysScroll,
} from './support/review-page.ts';
import { seedRelease, type SeededRelease } from './support/seed.ts';

const password = 'correct horse battery';
const images = process.env['DPXDT_SCREENSHOTS'];

let browser: Browser;
let server: ReviewServer;
let sink: MailSink;
/** Where people reach it: only there are they signed in. */
let home: string;
let release: SeededRelease;
/** Of each person, with their cookies. */
let ada: Page;
let mia: Page;
let viewer: Page;

beforeAll(async () => {
  sink = await startMailSink({ closes: 'by hand' });
  [browser, server] = await Promise.all([
    sharedBrowser(),
    startReviewServer({ authentication: 'on', smtpUrl: sink.url }),
  ]);
  home = `http://localhost:${new URL(server.url).port}`;
});

afterAll(async () => {
  await leaveBrowser(browser);
  await server?.close();
  await sink?.close();
});

async function keep(page: Page, name: string): Promise<void> {
  if (images !== undefined) await screenshot(page, `${images}/${name}.png`);
}

async function signIn(page: Page, email: string, word: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(word);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

async function arrivesAt(page: Page, address: string): Promise<void> {
  await page.waitForURL((url) => url.pathname + url.search === address);
  await loaded(page);
}

/** The link to a page in the mail to an address, once it has arrived; other mails may come before. */
async function linkMailedTo(address: string, path = ''): Promise<string> {
  const link = new RegExp(`http://[^/\\s]+/${path}\\S*#\\S+`);
  const linkOf = (text = '') => link.exec(text)?.[0];
  const mailed = () =>
    sink.mails
      .filter((mail) => JSON.stringify(mail.to).includes(address))
      .map(({ text }) => linkOf(text))
      .find((found) => found !== undefined);
  await expect.poll(mailed, { timeout: 30_000 }).toBeDefined();
  const found = mailed()!;
  sink.mails.splice(0);
  return found;
}

test('T55: the link that the server prints makes the first superuser, who is signed in', async () => {
  const link = new URL(server.setUpLink!);
  expect(link.origin).toBe(home);
  ada = await openPage(browser, link.href);
  await expectAccessible(ada);
  await keep(ada, 'set-up');
  await ada.getByLabel('Your name').fill('Ada Lovelace');
  await ada.getByLabel('E-mail address').fill('ada@example.org');
  await ada.getByLabel('Password').fill(password);
  await ada.getByRole('button', { name: 'Done' }).click();
  await arrivesAt(ada, '/');
  await ada.getByRole('main').getByRole('link', { name: 'Create build' }).click();
  await ada.getByLabel('Name', { exact: true }).fill('Shop');
  await ada.getByRole('button', { name: 'Create build' }).click();
  await arrivesAt(ada, '/build?id=1');
  const key = await ada.evaluate(async () => {
    const session = (await (await fetch('/api/v1/session')).json()) as { csrf_token: string };
    const answer = await fetch('/api/v1/keys', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': session.csrf_token },
      body: '{"purpose":"seed"}',
    });
    return (await answer.json()) as { key: { id: string }; secret: string };
  });
  const client = new DepictedClient({ server: server.url, keyId: key.key.id, keySecret: key.secret });
  release = await seedRelease(client, {
    buildId: 1,
    name: 'r1',
    runs: [{ name: '/cart', after: await shopPng({ price: '12' }), before: await shopPng({ price: '10' }) }],
  });
});

test('admins invite by mail; who accepts sets a password and is in the build', async () => {
  await ada.goto(`${home}/admins?build_id=1`);
  await loaded(ada);
  await expectAccessible(ada);
  expect(await ada.getByText('Only you so far.').isVisible()).toBe(true);
  expect(await ada.getByText('The last admin of a build cannot be removed').isVisible()).toBe(true);
  for (const [email, role] of [
    ['mia@example.org', 'reviewer'],
    ['vic@example.org', 'viewer'],
  ] as const) {
    await ada.getByLabel('E-mail address').fill(email);
    await ada.getByLabel('Role', { exact: true }).selectOption(role);
    await ada.getByRole('button', { name: 'Invite' }).click();
    await ada.getByRole('button', { name: `Revoke the invitation for ${email}` }).waitFor();
  }
  await keep(ada, 'admins');
  mia = await openPage(browser, await linkMailedTo('mia@example.org'), { width: 390, height: 844 });
  await mia.getByRole('heading', { name: 'Join “Shop”' }).waitFor();
  await expectAccessible(mia);
  expect(await sidewaysScroll(mia)).toBe(0);
  await keep(mia, 'accept-390');
  await mia.getByLabel('Your name').fill('Mia');
  await mia.getByLabel('Password').fill(password);
  await mia.getByRole('button', { name: 'Accept' }).click();
  await arrivesAt(mia, '/build?id=1');
});

test('D24, T25: signing in leads back to the page that was asked for, and never off this site', async () => {
  const page = await openPage(browser, home + release.address, { expectErrors: /401|403/ });
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('E-mail address').waitFor();
  await expectAccessible(page);
  await keep(page, 'login');
  await signIn(page, 'mia@example.org', 'not the password');
  const alert = page.getByRole('main').getByRole('alert');
  await alert.waitFor();
  expect(await alert.innerText()).toBe('The e-mail address or the password is wrong.');
  await keep(page, 'login-wrong');
  await signIn(page, 'mia@example.org', password);
  await arrivesAt(page, release.address);
  expect(await heading(page)).toContain('r1');

  for (const next of ['//evil.example/', '/\\evil.example', 'https://evil.example/', 'javascript:alert(1)']) {
    await page.goto(`${home}/login?next=${encodeURIComponent(next)}`);
    await loaded(page);
    await signIn(page, 'mia@example.org', password);
    await arrivesAt(page, '/');
    expect(new URL(page.url()).origin).toBe(home);
  }
  await closePage(page);
});

test('a reviewer approves; the decision has her name', async () => {
  await mia.setViewportSize({ width: 1440, height: 900 });
  await mia.goto(home + release.runAddress('/cart'));
  await loaded(mia);
  await mia.keyboard.press('y');
  await mia.getByText('Approved', { exact: false }).first().waitFor();
  await ada.goto(`${home}/activity?build_id=1`);
  await loaded(ada);
  await expect.poll(async () => ada.getByRole('main').innerText()).toContain('Mia');
});

test('a viewer looks and has nothing to decide with, not even past the page', async () => {
  await ada.goto(`${home}/admins?build_id=1`);
  await ada.getByRole('button', { name: 'Revoke the invitation for vic@example.org' }).click();
  await ada.getByRole('button', { name: 'Revoke the invitation for vic@example.org' }).waitFor({
    state: 'detached',
  });
  await ada.getByLabel('E-mail address').fill('vic@example.org');
  await ada.getByLabel('Role', { exact: true }).selectOption('viewer');
  sink.mails.splice(0);
  await ada.getByRole('button', { name: 'Invite' }).click();
  viewer = await openPage(browser, await linkMailedTo('vic@example.org'));
  await viewer.getByLabel('Your name').fill('Vic');
  await viewer.getByLabel('Password').fill(password);
  await viewer.getByRole('button', { name: 'Accept' }).click();
  await arrivesAt(viewer, '/build?id=1');
  await viewer.goto(home + release.address);
  await loaded(viewer);
  expect(await viewer.getByRole('button', { name: /^(Mark|Approve|Reject)/ }).count()).toBe(0);
  const status = await viewer.evaluate(async (releaseName) => {
    const session = (await (await fetch('/api/v1/session')).json()) as { csrf_token: string };
    const answer = await fetch('/api/v1/builds/1/release/decision', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': session.csrf_token },
      body: JSON.stringify({
        release_name: releaseName,
        release_number: 1,
        decision: 'good',
        operation_id: 'forced',
      }),
    });
    return answer.status;
  }, 'r1');
  expect(status).toBe(403);
});

/** Calls the API as the person whose page it is. */
async function call(page: Page, method: string, path: string, body: object): Promise<void> {
  const status = await page.evaluate(
    async ({ method, path, body }) => {
      const session = (await (await fetch('/api/v1/session')).json()) as { csrf_token: string };
      const headers = { 'content-type': 'application/json', 'x-csrf-token': session.csrf_token };
      return (await fetch(path, { method, headers, body })).status;
    },
    { method, path, body: JSON.stringify(body) },
  );
  expect(status, path).toBe(200);
}

test('T58: who is known accepts with the link or under Who am I, and is in no build before', async () => {
  for (const name of ['Blog', 'Docs', 'Wiki']) await call(ada, 'POST', '/api/v1/builds', { name });
  sink.mails.splice(0);
  await call(ada, 'POST', '/api/v1/builds/2/members', { email: 'mia@example.org', role: 'viewer' });
  const link = await linkMailedTo('mia@example.org');
  for (const id of [3, 4])
    await call(ada, 'POST', `/api/v1/builds/${id}/members`, { email: 'mia@example.org', role: 'reviewer' });

  const page = await openPage(browser, link);
  await page.getByRole('link', { name: 'Sign in as mia@example.org' }).click();
  await signIn(page, 'mia@example.org', password);
  await arrivesAt(page, '/whoami');
  await page.getByRole('heading', { name: 'Invitations' }).waitFor();
  await expectAccessible(page);
  await keep(page, 'whoami-invitations');
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await sidewaysScroll(page)).toBe(0);
  await keep(page, 'whoami-invitations-390');
  await page.setViewportSize({ width: 1440, height: 900 });
  expect(await page.getByRole('main').innerText()).not.toContain('Docs: reviewer');
  await page.getByRole('button', { name: 'Accept the invitation to Docs' }).click();
  await page.getByText('Docs: reviewer').waitFor();
  await page.getByRole('button', { name: 'Decline the invitation to Wiki' }).click();
  await page.getByRole('button', { name: 'Decline the invitation to Wiki' }).waitFor({ state: 'detached' });

  await page.goto('about:blank');
  await page.goto(link);
  await page.getByRole('heading', { name: 'Join “Blog”' }).waitFor();
  await expectAccessible(page);
  await keep(page, 'accept-known');
  await page.getByRole('button', { name: 'Accept' }).click();
  await arrivesAt(page, '/build?id=2');
  await page.goto(`${home}/whoami`);
  const text = async () => page.getByRole('main').innerText();
  await expect.poll(text).toContain('Blog: viewer');
  expect(await text()).not.toContain('Wiki');
  await closePage(page);
  sink.mails.splice(0);
});

test('T59: a build’s address gets mail once somebody there has confirmed it', async () => {
  await ada.goto(`${home}/settings?build_id=1`);
  await loaded(ada);
  const mail = ada.locator('form').filter({ has: ada.getByRole('textbox', { name: 'Address' }) });
  await mail.getByRole('textbox', { name: 'Address' }).fill('team@example.com');
  await mail.getByRole('button', { name: 'Save' }).click();
  const link = await linkMailedTo('team@example.com');
  await ada.reload();
  await ada.getByText('Not confirmed yet').waitFor();
  await keep(ada, 'settings-unconfirmed');
  const page = await openPage(browser, link, { width: 390, height: 844 });
  await page.getByRole('heading', { name: 'Mail about “Shop”' }).waitFor();
  await expectAccessible(page);
  await keep(page, 'confirm-mail-390');
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('heading', { name: 'Mail confirmed' }).waitFor();
  await closePage(page);
  await ada.reload();
  await ada.getByText('Where mail goes instead of to all admins').waitFor();
});

test('who am I tells roles and sessions; a revoked one is over at once; signing out ends the last', async () => {
  const second = await openPage(browser, `${home}/login?next=/whoami`, { expectErrors: /401/ });
  await signIn(second, 'mia@example.org', password);
  await arrivesAt(second, '/whoami');
  await second.getByRole('heading', { name: 'Signed in on' }).waitFor();
  await expectAccessible(second);
  await keep(second, 'whoami');
  const text = await second.getByRole('main').innerText();
  for (const part of ['Mia', 'mia@example.org', 'Shop: reviewer', 'Password', 'This one'])
    expect(text).toContain(part);
  const revoke = second.getByRole('button', { name: /^Revoke/ });
  const before = await revoke.count();
  expect(before).toBeGreaterThan(0);
  for (let left = before; left > 0; left--) {
    await revoke.first().click();
    await expect.poll(() => revoke.count()).toBe(left - 1);
  }
  const status = await mia.evaluate(async () => (await fetch('/api/v1/account')).status);
  expect(status).toBe(401);

  const cookies = await second.context().cookies();
  expect(cookies).toMatchObject([{ name: 'dpxdt.session_token', httpOnly: true, sameSite: 'Lax' }]);
  await second.goto(`${home}/logout`);
  await second.getByRole('button', { name: 'Sign out' }).click();
  await arrivesAt(second, '/');
  await second.context().addCookies(cookies);
  expect(await second.evaluate(async () => (await fetch('/api/v1/account')).status)).toBe(401);
  await closePage(second);
});

test('a forgotten password is set anew through the mailed link', async () => {
  const page = await openPage(browser, `${home}/login`);
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  // The page before has a field of the same name.
  await page.getByRole('button', { name: 'Send link' }).waitFor();
  await page.getByLabel('E-mail address').fill('mia@example.org');
  await page.getByRole('button', { name: 'Send link' }).click();
  await page.getByRole('heading', { name: 'Check your mail' }).waitFor();
  await page.goto(await linkMailedTo('mia@example.org', 'reset'));
  await page.getByRole('textbox', { name: 'New password' }).fill('another long password');
  await page.getByRole('button', { name: 'Set password' }).click();
  // The way back at the top of the page has the same name, and is there before the password is set.
  await page.getByRole('heading', { name: 'Your new password is set' }).waitFor();
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
  await signIn(page, 'mia@example.org', 'another long password');
  await arrivesAt(page, '/');
  await closePage(page);
});

/** A server whose people sign in with a provider, which signs in `person`. */
async function startCompany(person: OidcPerson, logins: { passwordLogin: boolean }) {
  const port = await freePort();
  const address = `http://localhost:${port}`;
  const provider = await startOidcProvider(`${address}/api/auth/callback/oidc`, person);
  const server = await startReviewServer({
    port,
    authentication: 'on',
    logins: {
      ...logins,
      googleClientId: null,
      googleClientSecret: null,
      oidcIssuer: provider.issuer,
      oidcClientId: provider.clientId,
      oidcClientSecret: provider.clientSecret,
      oidcName: 'Example Inc.',
      loginDomain: 'example.org',
    },
  });
  onTestFinished(async () => {
    await server.close();
    await provider.close();
  });
  return { server, address };
}

test('somebody of the company signs in with single sign-on, and comes back to where they were', async () => {
  const eve = { sub: 'eve-1', email: 'eve@example.org', email_verified: true, name: 'Eve' };
  const { server: second, address: company } = await startCompany(eve, { passwordLogin: false });
  const page = await openPage(browser, `${company}/login?next=/whoami`);
  expect(await page.getByLabel('Password').count()).toBe(0);
  await expectAccessible(page);
  await keep(page, 'login-provider');
  await page.getByRole('button', { name: 'Continue with Example Inc.' }).click();
  await arrivesAt(page, '/whoami');
  await expect.poll(async () => page.getByRole('main').innerText()).toContain('eve@example.org');
  await page.goto(second.setUpLink!);
  await page.getByRole('button', { name: 'Become the superuser' }).click();
  await arrivesAt(page, '/');
  await page.goto(`${company}/whoami`);
  await expect.poll(async () => page.getByRole('main').innerText()).toContain('Superuser');
  await closePage(page);
});

test('T26: who has a password enters it once to sign in with the provider, and never again', async () => {
  const eve = { sub: 'eve-1', email: 'eve@example.org', email_verified: true, name: 'Eve' };
  const { server: second, address: company } = await startCompany(eve, { passwordLogin: true });
  const owner = await openPage(browser, second.setUpLink!);
  await owner.getByLabel('Your name').fill('Eve');
  await owner.getByLabel('E-mail address').fill(eve.email);
  await owner.getByLabel('Password').fill(password);
  await owner.getByRole('button', { name: 'Done' }).click();
  await arrivesAt(owner, '/');
  await closePage(owner);

  const page = await openPage(browser, `${company}/login`, { expectErrors: /status of 403/ });
  const withProvider = page.getByRole('button', { name: 'Continue with Example Inc.' });
  await withProvider.click();
  await page.getByText('Enter it once to link your provider').waitFor();
  expect(new URL(page.url()).pathname).toBe('/login');
  expect(await withProvider.count(), 'the provider has been asked').toBe(0);
  await expectAccessible(page);
  await keep(page, 'login-link');
  await signIn(page, eve.email, 'not the password');
  await page.getByRole('alert').waitFor();
  await signIn(page, eve.email, password);
  await arrivesAt(page, '/');
  await page.goto(`${company}/whoami`);
  await expect.poll(async () => page.getByRole('main').innerText()).toContain(eve.email);
  await closePage(page);

  const again = await openPage(browser, `${company}/login?next=/whoami`);
  await again.getByRole('button', { name: 'Continue with Example Inc.' }).click();
  await arrivesAt(again, '/whoami');
  await expect.poll(async () => again.getByRole('main').innerText()).toContain('Superuser');
  await closePage(again);
});
