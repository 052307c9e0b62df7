import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startReviewServer, type ReviewServer } from './support/review-server.ts';
import {
  closePage,
  expectAccessible,
  leaveBrowser,
  sharedBrowser,
  loaded,
  openPage,
  screenshot,
  sidewaysScroll,
} from './support/review-page.ts';

const password = 'correct horse battery';
const images = process.env['DPXDT_SCREENSHOTS'];

let browser: Browser;
let server: ReviewServer;
/** Where people reach it: only there are they signed in. */
let home: string;
/** Of each person, with their cookies. */
let ada: Page;
let mia: Page;

beforeAll(async () => {
  [browser, server] = await Promise.all([sharedBrowser(), startReviewServer({ authentication: 'on' })]);
  home = `http://localhost:${new URL(server.url).port}`;
  ada = await openPage(browser, server.setUpLink!, { expectErrors: /400|409/ });
  await ada.getByLabel('Your name').fill('Ada Lovelace');
  await ada.getByLabel('E-mail address').fill('ada@example.org');
  await ada.getByLabel('Password').fill(password);
  await ada.getByRole('button', { name: 'Done' }).click();
  await ada.waitForURL(`${home}/`);
  for (const name of ['Shop', 'Blog']) await call(ada, 'POST', '/api/v1/builds', { name });
  // Without mail, the answer has the link.
  const of = { email: 'mia@example.org', role: 'reviewer' };
  const { link } = (await call(ada, 'POST', '/api/v1/builds/1/members', of)) as { link: string };
  mia = await openPage(browser, link, { expectErrors: /400|401|403/ });
  await mia.getByLabel('Your name').fill('Mia');
  await mia.getByLabel('Password').fill(password);
  await mia.getByRole('button', { name: 'Accept' }).click();
  await mia.waitForURL(/\/build\?id=1/);
});
afterAll(async () => {
  for (const page of [ada, mia]) if (page !== undefined) await closePage(page);
  await leaveBrowser(browser);
  await server?.close();
});

/** Calls the API as the person whose page it is. */
async function call(page: Page, method: string, path: string, body: object): Promise<unknown> {
  return page.evaluate(
    async ({ method, path, body }) => {
      const session = (await (await fetch('/api/v1/session')).json()) as { csrf_token: string };
      const headers = { 'content-type': 'application/json', 'x-csrf-token': session.csrf_token };
      const answer = await fetch(path, { method, headers, ...(method !== 'GET' && { body }) });
      return (await answer.json()) as unknown;
    },
    { method, path, body: JSON.stringify(body) },
  );
}

async function open(page: Page, path: string): Promise<void> {
  await page.goto(home + path);
  await loaded(page);
}

/** Looks at the page on a desk and on a phone. */
async function look(page: Page, name: string): Promise<void> {
  await expectAccessible(page);
  if (images !== undefined) await screenshot(page, `${images}/${name}.png`, { fullPage: true });
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await sidewaysScroll(page)).toBe(0);
  if (images !== undefined) await screenshot(page, `${images}/${name}-390.png`, { fullPage: true });
  await page.setViewportSize({ width: 1440, height: 900 });
}

/** What a screen reader says of a field beside its label. */
function described(page: Page, label: string): Promise<{ text: string; isInvalid: boolean }> {
  return page.getByLabel(label, { exact: true }).evaluate((input) => ({
    text: (input.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .filter((id) => id !== '')
      .map((id) => document.getElementById(id)?.textContent ?? `no element ${id}`)
      .join(' '),
    isInvalid: input.getAttribute('aria-invalid') === 'true',
  }));
}

test('a person chooses mail about releases, about themselves, and about one build', async () => {
  await open(mia, '/whoami');
  await mia.getByRole('heading', { name: 'Mail' }).waitFor();
  const concerns = mia.getByLabel('What concerns you');
  expect(await concerns.inputValue()).toBe('now');
  await concerns.selectOption('digest');
  await mia.getByText('Mail saved.').first().waitFor();
  const shop = mia.getByLabel('Shop', { exact: true });
  expect(await shop.inputValue()).toBe('default');
  expect(await shop.locator('option').first().innerText()).toBe('Not chosen: no mail');
  await shop.selectOption('now');
  const account = () => call(mia, 'GET', '/api/v1/account', {});
  await expect.poll(account).toMatchObject({
    mention_mail: 'digest',
    review_mail: 'now',
    roles: [{ build_name: 'Shop', review_mail: 'now' }],
  });
  await open(mia, '/whoami');
  expect(await concerns.inputValue()).toBe('digest');
  expect(await shop.inputValue()).toBe('now');
  await look(mia, 'whoami-mail');
  await shop.selectOption('default');
  await expect.poll(account).toMatchObject({ roles: [{ review_mail: null }] });
});

test('a password is changed with the present one; the field that is wrong says so', async () => {
  await open(mia, '/whoami');
  await mia.getByRole('button', { name: 'Change password' }).click();
  expect(await described(mia, 'New password')).toEqual({ text: 'At least 10 characters.', isInvalid: false });
  await mia.getByLabel('Present password').fill('not the one at all');
  await mia.getByLabel('New password').fill('another long password');
  await mia.getByRole('button', { name: 'Change password' }).click();
  await mia.getByRole('main').getByRole('alert').waitFor();
  const alert = await mia.getByRole('main').getByRole('alert').innerText();
  expect(alert).toMatch(/password/i);
  expect(await described(mia, 'Present password')).toEqual({ text: alert, isInvalid: true });
  expect((await described(mia, 'New password')).isInvalid).toBe(false);
  await look(mia, 'whoami-password');
  await mia.getByLabel('Present password').fill(password);
  await mia.getByRole('button', { name: 'Change password' }).click();
  await mia.getByText('Your password has been changed').first().waitFor();
  await mia.goto(`${home}/logout`);
  await mia.getByRole('button', { name: 'Sign out' }).click();
  await mia.waitForURL(`${home}/`);
  await open(mia, '/login');
  const signIn = async (word: string) => {
    await mia.getByLabel('E-mail address').fill('mia@example.org');
    await mia.getByLabel('Password', { exact: true }).fill(word);
    await mia.getByRole('button', { name: 'Sign in', exact: true }).click();
  };
  await signIn(password);
  await mia.getByText('The e-mail address or the password is wrong.').waitFor();
  await signIn('another long password');
  await mia.waitForURL(`${home}/`);
});

test('superusers make superusers and keys of workers; others are told to ask one', async () => {
  await open(mia, '/superusers');
  await mia.getByText('Only for superusers').waitFor();
  await look(mia, 'superusers-refused');
  await open(ada, '/superusers');
  await ada.getByRole('button', { name: 'Make superuser: Mia' }).click();
  await ada.getByText('Mia is a superuser.').first().waitFor();
  await look(ada, 'superusers');
  await open(mia, '/superusers');
  await mia.getByRole('button', { name: 'Revoke rights of Ada Lovelace' }).waitFor();
  await ada.getByRole('button', { name: 'Revoke rights of Mia' }).click();
  await ada.getByRole('button', { name: 'Make superuser: Mia' }).waitFor();
  await ada.getByRole('button', { name: 'Revoke rights of Ada Lovelace' }).click();
  await ada.getByText('Not changed:').first().waitFor();
  expect(await call(ada, 'GET', '/api/v1/session', {})).toMatchObject({ principal: { is_superuser: true } });

  await ada.getByLabel('Kind of key').selectOption('worker');
  await ada.getByLabel('What is the key for?').fill('office');
  await ada.getByRole('button', { name: 'Create key' }).click();
  const settings = ada.getByText(/export DPXDT_SERVER=/);
  await settings.waitFor();
  expect(await settings.innerText()).toMatch(/DPXDT_CLIENT_ID=\S+ DPXDT_CLIENT_SECRET=\S+/);
  await look(ada, 'superusers-key');
});

test('every field of a form says its hint and what is wrong with it', async () => {
  await open(ada, '/admins?build_id=1');
  await ada.getByLabel('E-mail address').fill('mia@intranet');
  await ada.getByRole('button', { name: 'Invite' }).click();
  await ada.getByRole('main').getByRole('alert').waitFor();
  expect(await described(ada, 'E-mail address')).toEqual({
    text: 'email must be an e-mail address such as ada@example.org, got "mia@intranet".',
    isInvalid: true,
  });
  await look(ada, 'invite-wrong');

  await open(ada, '/settings?build_id=1');
  await ada.getByRole('button', { name: 'Add an endpoint' }).click();
  await ada.getByLabel('Address', { exact: true }).last().fill('nothing');
  await ada.getByRole('button', { name: 'Add', exact: true }).click();
  const form = ada.getByRole('form', { name: 'Add an endpoint' });
  await form.getByRole('alert').waitFor();
  const unexplained = await ada.evaluate(() =>
    [...document.querySelectorAll('.form-field')]
      .filter((field) => {
        const input = field.querySelector('input, select, textarea');
        const ids = (input?.getAttribute('aria-describedby') ?? '').split(' ');
        const notes = [...field.querySelectorAll('.form-hint, .form-error')];
        const isWrong = field.querySelector('.form-error') !== null;
        return (
          input?.id !== field.querySelector('label')?.htmlFor ||
          notes.some(({ id }) => !ids.includes(id)) ||
          (input?.getAttribute('aria-invalid') === 'true') !== isWrong
        );
      })
      .map((field) => field.textContent),
  );
  expect(unexplained).toEqual([]);
  expect(await form.locator('[aria-invalid]').count()).toBe(1);
  await look(ada, 'settings-wrong');
});
