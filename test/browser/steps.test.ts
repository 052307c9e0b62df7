import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCapturer } from '../../src/adapters/browser/capturer.ts';
import type { CaptureConfig } from '../../src/domain/capture/capture-config.ts';
import type { CaptureOutcome } from '../../src/domain/capture/capture.ts';
import type { Step } from '../../src/domain/capture/steps.ts';
import type { Capturer } from '../../src/ports/capturer.ts';
import { decodeImage } from '../support/image.ts';
import { servePages, type PageServer } from '../support/page-server.ts';

const style = '<!doctype html><meta charset="utf-8"><style>body{margin:0;font:16px sans-serif}</style>';

/** Writes what happened into the title, which the log of `evaluate` steps shows. */
const pages = {
  '/form': `${style}
    <input id="name" value="old"><textarea id="note"></textarea><div id="rich" contenteditable>rich</div>
    <input id="day" type="date"><input id="tint" type="color"><select id="color"><option value="r">Red</option><option value="b">Blue</option></select>
    <label><input id="yes" type="checkbox">yes</label><input id="no" type="checkbox" checked>
    <button id="go">go</button><button id="hid" style="display:none">x</button>
    <p id="count">0</p>
    <script>
      window.seen = [];
      for (const type of ['click', 'dblclick', 'focus', 'keydown', 'change'])
        addEventListener(type, (event) => {
          if (event.target.id) seen.push(type + ':' + event.target.id + (event.key ? ':' + event.key : '') + (event.isTrusted ? '' : ':fake'));
        }, true);
      go.onclick = () => setTimeout(() => count.textContent = Number(count.textContent) + 1, 50);
    </script>`,
  '/menu': `${style}<style>nav{width:100px}ul{display:none;margin:0;background:rgb(0,128,0);width:100px;height:100px}nav:hover ul{display:block}</style>
    <div style="height:1500px">tall</div><nav>Menu<ul><li>One</ul></nav>`,
  '/overlay': `${style}<button id="buy">Buy</button><div class="overlay" style="position:fixed;inset:0;background:#8008"></div>`,
  '/states': `${style}<button id="off" disabled>off</button><button id="gone" style="visibility:hidden">gone</button>
    <style>@keyframes m{to{transform:translateX(200px)}}#moving{animation:m .4s linear infinite alternate}</style><button id="moving">m</button>
    <button class="many" hidden>1</button><button class="many" onclick="this.textContent='hit'">2</button>
    <input type="date" id="day"><button id="late" hidden>late</button><script>setTimeout(() => { late.hidden = false }, 1200)</script>`,
  '/frames': `${style}<div id="host"></div><iframe id="pay" src="/inner" style="margin:50px;width:200px;height:100px"></iframe>
    <script>host.attachShadow({ mode: 'open' }).innerHTML = '<button class="in">in</button>'; host.shadowRoot.querySelector('button').onclick = () => document.title = 'shadow'</script>`,
  '/inner': `${style}<div style="height:300px"></div><input class="card"><button onclick="document.body.style.background='rgb(255,0,0)'">pay</button>`,
  '/start': `${style}<a href="/end" target="_self">next</a> <a class="pop" href="/end" target="_blank">pop</a>`,
  '/end': `${style}<style>body{background:rgb(0,0,255)}</style><p>the end</p>`,
};

let server: PageServer;
let capturer: Capturer;

beforeAll(async () => {
  server = await servePages(pages);
  capturer = createCapturer({ concurrency: 4 });
});
afterAll(async () => {
  await capturer.close();
  await server.close();
});

function capture(path: string, steps: Step[], config: CaptureConfig = {}): Promise<CaptureOutcome> {
  const viewportSize = { width: 300, height: 200 };
  return capturer.capture({ url: server.url(path), config: { viewportSize, dom: false, steps, ...config } });
}

/** A step that fails the capture unless an expression is true; its message is the value. */
const holds = (expression: string): Step => ({
  evaluate: `if (!(${expression})) throw new Error(JSON.stringify(window.seen ?? document.title))`,
});

test('fields, keys, boxes and lists get real input', async () => {
  const outcome = await capture('/form', [
    { fill: { selector: '#name', value: 'Ada' } },
    holds('document.querySelector("#name").value === "Ada"'),
    { type: { selector: '#name', text: ' Lä!' } },
    holds('document.querySelector("#name").value === "Ada Lä!"'),
    { press: { selector: '#name', key: 'Control+A' } },
    { press: 'Backspace' },
    holds('document.querySelector("#name").value === ""'),
    { press: 'Tab' },
    holds('document.activeElement.id === "note"'),
    { press: 'Shift+Tab' },
    holds('document.activeElement.id === "name"'),
    { fill: { selector: '#note', value: 'a\nb' } },
    { fill: { selector: '#rich', value: 'poor' } },
    { fill: { selector: '#day', value: '2024-02-29' } },
    { fill: { selector: '#tint', value: '#ff8800' } },
    holds('document.querySelector("#note").value === "a\\nb" && rich.textContent === "poor"'),
    holds('day.value === "2024-02-29" && tint.value === "#ff8800"'),
    { select: { selector: '#color', label: 'Blue' } },
    holds('color.value === "b"'),
    { select: { selector: '#color', value: 'r' } },
    holds('color.value === "r"'),
    { check: '#yes' },
    { uncheck: '#no' },
    { uncheck: '#no' },
    holds('yes.checked && !no.checked'),
    { focus: '#go' },
    { dblclick: '#go' },
    holds('count.textContent === "2" && seen.includes("dblclick:go") && seen.includes("focus:go")'),
    holds('!seen.some((one) => one.endsWith(":fake") && !/change/.test(one))'),
    { waitFor: '#count' },
    { waitFor: { hidden: '#hid' } },
    { waitFor: 10 },
  ]);
  expect(outcome.log).toContain('step      1 fill "#name", ');
  expect(outcome).toMatchObject({ ok: true });
});

test('the pointer stays where it hovers, also below the first window', async () => {
  const outcome = await capture('/menu', [{ hover: 'nav' }]);
  if (!outcome.ok) throw new Error(outcome.log);
  expect(outcome.height).toBeGreaterThan(1_600);
  expect((await decodeImage(outcome.image)).colour(90, 1_580)).toBe('#008000');
});

describe('a step that cannot be done says what it waited for', () => {
  test.each<[string, Step, RegExp]>([
    ['/overlay', { click: '#buy' }, /<div class="overlay" style=.*> covers it/],
    ['/states', { click: '#off' }, /the element is not enabled/],
    ['/states', { click: '#gone' }, /the element is not visible/],
    ['/states', { click: '#moving' }, /the element is not stable: it keeps moving/],
    ['/states', { click: '#nothing' }, /nothing matches the selector/],
    ['/states', { fill: { selector: '.many', value: 'x' } }, /it is not a field/],
    ['/states', { fill: { selector: '#day', value: '31.12.2030' } }, /it takes values such as 2030-12-31/],
    ['/form', { select: { selector: '#color', label: 'Pink' } }, /no option has the label "Pink"/],
    ['/form', { waitFor: { url: '**/cart' } }, /the address is http:\/\/.*\/form/],
  ])('%s %j', async (path, step, message) => {
    const outcome = await capture(path, [{ waitFor: 1 }, step], { stepTimeoutMs: 300 });
    if (outcome.ok) throw new Error(outcome.log);
    expect(outcome.failure.reason).toBe('step_failed');
    expect(outcome.failure.message).toMatch(message);
    expect(outcome.failure.message).toMatch(/^Step 2 \(.*\) failed after /);
    expect(outcome.image?.length).toBeGreaterThan(500);
  });

  test('a bad selector, a script that throws and a forbidden address are mistakes at once', async () => {
    const reasonOf = async (step: Step) => {
      const outcome = await capture('/form', [step]);
      return outcome.ok ? '' : `${outcome.failure.reason}: ${outcome.failure.message}`;
    };
    expect(await reasonOf({ click: 'a[' })).toBe(
      'selector_missing: Step 1 (click "a["): "a[" is not a valid CSS selector.',
    );
    expect(await reasonOf({ evaluate: 'nope()' })).toBe(
      'script_error: Step 1 (evaluate) threw: ReferenceError: nope is not defined.',
    );
    expect(await reasonOf({ goto: 'file:///etc/passwd' })).toBe(
      'url_not_allowed: Step 1 (goto "file:///etc/passwd"): "file:" addresses are not allowed on this page.',
    );
  });
});

test('an element may come late, and the first visible match is meant', async () => {
  const outcome = await capture('/states', [
    { click: '.many' },
    holds('document.querySelectorAll(".many")[1].textContent === "hit"'),
    { click: '#late' },
  ]);
  expect(outcome.log).toContain('click ".many": 2 elements match, the first visible one is meant');
  expect(outcome).toMatchObject({ ok: true });
});

test('selectors enter shadow roots and, with >>, frames', async () => {
  const outcome = await capture('/frames', [
    { click: '.in' },
    holds('document.title === "shadow"'),
    { fill: { selector: '#pay >> .card', value: '42' } },
    { click: 'iframe >> button' },
    holds('frames[0].document.querySelector(".card").value === "42"'),
    { waitFor: 1 },
  ]);
  if (!outcome.ok) throw new Error(outcome.log);
  expect((await decodeImage(outcome.image)).colour(240, 150)).toBe('#ff0000');
});

test('a click that navigates is followed, a new window is not, and shots are further screenshots', async () => {
  const outcome = await capture(
    '/start',
    [
      { shot: 'first' },
      { click: '.pop' },
      { waitFor: { url: '/start' } },
      { click: 'a' },
      { waitFor: { url: '**/e{nd,cho}' } },
      { shot: 'second' },
      { goto: '/start' },
    ],
    { injectCss: 'p{color:rgb(255,0,0)}', injectJs: 'document.title = "x"' },
  );
  if (!outcome.ok) throw new Error(outcome.log);
  expect(outcome.named?.map(({ name, settled }) => [name, settled])).toEqual([
    ['first', true],
    ['second', true],
  ]);
  expect((await decodeImage(outcome.named![1]!.image)).colour(290, 190)).toBe('#0000ff');
  expect(Buffer.from(outcome.named![0]!.image).equals(outcome.image)).toBe(true);
});

test('what was taken before a step failed is kept', async () => {
  const outcome = await capture('/start', [{ shot: 'first' }, { click: '#no' }, { shot: 'second' }], {
    stepTimeoutMs: 100,
  });
  expect(outcome).toMatchObject({ ok: false, named: [{ name: 'first' }] });
});

test('a secret is filled in where it belongs, is covered, and is in no log', async () => {
  const secret = 'hunter2-hunter2';
  const outcome = await capture(
    '/form',
    [
      { fill: { selector: '#name', value: '${secret:PASSWORD}' } },
      { type: { selector: '#note', text: 'a ${secret:PASSWORD}' } },
      { evaluate: 'console.log(document.querySelector("#name").value)' },
      holds(`document.querySelector("#name").value === ${JSON.stringify(secret)}`),
      holds(`document.querySelector("#note").value === ${JSON.stringify(`a ${secret}`)}`),
      { evaluate: `day.style.cssText = 'position:fixed;left:0;top:100px;width:50px;height:20px'` },
      { shot: 'filled' },
      { waitFor: '#nothing' },
    ],
    { secrets: { PASSWORD: { value: secret } }, mask: ['#day'], stepTimeoutMs: 500 },
  );
  if (outcome.ok) throw new Error(outcome.log);
  expect(outcome.failure.reason).toBe('step_failed');
  expect(outcome.log).not.toContain('hunter2');
  // The first screenshot is covered as well, or it would not equal the second one.
  expect(outcome.named).toMatchObject([{ name: 'filled', shots: 2, settled: true }]);
  for (const image of [outcome.image!, outcome.named![0]!.image]) {
    const shown = await decodeImage(image);
    expect([shown.colour(20, 10), shown.colour(10, 110)]).toEqual(['#ff00ff', '#ff00ff']);
  }
});

test('a click on a device with a touch screen is a tap', async () => {
  const steps: Step[] = [
    {
      evaluate: `for (const type of ['touchstart', 'pointerdown', 'click'])
      go.addEventListener(type, (event) => seen.push(type + ':' + (event.pointerType ?? '') + ':' + event.isTrusted))`,
    },
    { click: '#go' },
    holds(
      'count.textContent === "1" && seen.includes("pointerdown:touch:true") && seen.some((one) => one.startsWith("touchstart:"))',
    ),
    { fill: { selector: '#name', value: 'Ada' } },
    { check: '#yes' },
    holds('yes.checked'),
  ];
  expect(await capture('/form', steps, { isMobile: true, hasTouch: true })).toMatchObject({ ok: true });
  expect(await capture('/form', steps, { hasTouch: true })).toMatchObject({ ok: true });
});

test('an unknown secret ends the capture before anything is loaded', async () => {
  const requests = server.seen.length;
  const outcome = await capture('/form', [{ fill: { selector: '#day', value: '${secret:OTHER}' } }], {
    secrets: { PASSWORD: { value: 'another' } },
  });
  expect(outcome).toMatchObject({
    ok: false,
    failure: {
      reason: 'secret_missing',
      message: 'The secret "OTHER" is not known: set the environment variable of that name.',
    },
  });
  expect(server.seen).toHaveLength(requests);
});

test('a secret stays away from other origins', async () => {
  const outcome = await capture('/form', [{ fill: { selector: '#name', value: '${secret:PASSWORD}' } }], {
    secrets: { PASSWORD: { value: 'x', origins: ['https://shop.example'] } },
  });
  if (outcome.ok) throw new Error(outcome.log);
  expect(outcome.failure.message).toMatch(
    /is only filled in on https:\/\/shop.example, but the field is on http/,
  );
});
