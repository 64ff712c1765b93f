import assert from 'node:assert/strict';
import { token } from '../double/server.mjs';
import { test, until, widget } from './lib.mjs';

const load = (page) =>
  page.evaluate(
    () =>
      new Promise((done, fail) => {
        const s = document.createElement('script');
        s.src = '/warmline-chat.js';
        s.onload = done;
        s.onerror = fail;
        document.head.append(s);
      }),
  );

const put = (page, attributes = {}) =>
  page.evaluate((attrs) => {
    const el = document.createElement('warmline-chat');
    for (const [k, v] of Object.entries(attrs)) el.setAttribute(k, v);
    window.heard = [];
    for (const name of ['open', 'close', 'unread', 'stepup', 'token'])
      el.addEventListener(`warmline-${name}`, (e) => window.heard.push([name, e.detail]));
    document.querySelector('#here').append(el);
  }, attributes);

const heard = (page, name) => page.evaluate((n) => window.heard.filter(([k]) => k === n).map(([, v]) => v), name);

async function host(t, attributes, path = '/host') {
  const page = await t.open(await t.person({ locale: 'en-GB' }), path);
  await load(page);
  await put(page, attributes);
  return { page, w: widget(page) };
}

test('host: token attribute is used once and taken out of the page', async (t) => {
  const { page, w } = await host(t, { token: token('amy', 1) });
  await until('unread', async () => (await heard(page, 'unread')).at(-1)?.count === 1);
  assert.equal(await w.root.getAttribute('token'), null);
  await w.open();
  await w.sees("I'm the AI assistant");
  await until('read', async () => (await heard(page, 'unread')).at(-1)?.count === 0);
});

test('host: the widget asks for a token, waits, and asks again on wish', async (t) => {
  const { page, w } = await host(t);
  await until('asked', async () => (await heard(page, 'token')).length === 1);
  await w.launcher.click();
  await w.root.locator('.strip').getByText('This session has ended').waitFor();
  await w.action('retry').click();
  await until('asked again', async () => (await heard(page, 'token')).length === 2);
  await page.evaluate((tok) => document.querySelector('warmline-chat').setToken(tok), token('amy', 1));
  await w.sees("I'm the AI assistant");
});

test('host: properties set before the script are kept', async (t) => {
  const page = await t.open(await t.person({ locale: 'en-GB' }), '/host');
  await page.evaluate((tok) => {
    const el = document.createElement('warmline-chat');
    el.tokenProvider = async () => tok;
    el.theme = 'dark';
    window.counts = [];
    el.onunread = (e) => window.counts.push(e.detail.count);
    document.querySelector('#here').append(el);
  }, token('amy', 1));
  await load(page);
  await until('unread', () => page.evaluate(() => window.counts.includes(1)));
  assert.equal(await widget(page).root.getAttribute('theme'), 'dark');
});

test('host: the script may be loaded twice', async (t) => {
  const { page, w } = await host(t, { token: token('amy', 1) });
  await load(page);
  await w.open();
  await w.sees("I'm the AI assistant");
});

test('host: a move in the page is no end', async (t) => {
  const { page, w } = await host(t, { token: token('amy', 1) });
  await w.open();
  await w.sees("I'm the AI assistant");
  const hellos = () => t.double.received.filter((f) => f.t === 'hello').length;
  const before = hellos();
  await page.evaluate(() => document.querySelector('#there').append(document.querySelector('warmline-chat')));
  await w.say('hello');
  await until('answered', async () => (await w.bubbles()).length === 3);
  assert.equal(hellos(), before);
});

test('host: open, close and back do what they say, and are told', async (t) => {
  const { page, w } = await host(t, { token: token('amy', 1) });
  await w.launcher.waitFor();
  const call = (name) => page.evaluate((n) => document.querySelector('warmline-chat')[n](), name);
  await call('open');
  await w.field.waitFor();
  await w.action('menu').click();
  await w.root.locator('.overlay').waitFor();
  assert.equal(await call('back'), true);
  await w.root.locator('.overlay').waitFor({ state: 'detached' });
  assert.equal(await call('back'), true);
  await w.field.waitFor({ state: 'detached' });
  assert.equal(await call('back'), false);
  assert.deepEqual([(await heard(page, 'open')).length, (await heard(page, 'close')).length], [1, 1]);
});

test('host: the step-up event leads to level 2', async (t) => {
  const { page, w } = await host(t, { token: token('amy', 1) });
  await w.open();
  await w.say('bill');
  await w.option('step_up').click();
  await until('told', async () => (await heard(page, 'stepup'))[0]?.level === 2);
  const refused = await page.evaluate((tok) => document.querySelector('warmline-chat').stepUp(tok).then(() => false, () => true), token('lin', 2));
  assert.equal(refused, true, 'another person\'s token is refused');
  await page.evaluate((tok) => document.querySelector('warmline-chat').stepUp(tok), token('amy', 2));
  await w.sees('¥827.71');
});

test('host: the server knows whether the person has the chat before them', async (t) => {
  const { page, w } = await host(t, { token: token('amy', 1) });
  const told = () => t.double.received.filter((f) => f.t === 'open' || f.t === 'close').map((f) => f.t).join(' ');
  await until('connected, the panel still closed', () => t.double.received.some((f) => f.t === 'hello' && !f.open));
  await w.open();
  await until('opened', () => told() === 'open');
  await w.action('close').click();
  await until('closed', () => told() === 'open close');
  await w.open();
  const turn = (state) =>
    page.evaluate((s) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => s });
      document.dispatchEvent(new Event('visibilitychange'));
    }, state);
  await turn('hidden');
  await until('behind other pages', () => told() === 'open close open close');
  await turn('visible');
  await until('in front again', () => told() === 'open close open close open');
});

test('host: page mode fills its box, without a launcher', async (t) => {
  const { page, w } = await host(t, { token: token('amy', 1), mode: 'page' });
  await page.evaluate(() => document.querySelector('#here').style.setProperty('height', '600px'));
  await w.field.waitFor();
  assert.equal(await w.launcher.count(), 0);
  const box = await w.root.locator('.panel').boundingBox();
  assert.equal(box.height, 600);
  await w.action('close').click();
  assert.equal((await heard(page, 'close')).length, 1);
  assert.ok(await w.field.isVisible());
});

test('host: a native app is told, and its pause lets go of the socket', async (t) => {
  const page = await t.open(await t.person({ locale: 'en-GB' }), '/host');
  await page.evaluate(() => {
    window.told = [];
    window.WarmlineBridge = { postMessage: (json) => window.told.push(JSON.parse(json)) };
    window.webkit = { messageHandlers: { warmline: { postMessage: (n) => window.told.push(n) } } };
  });
  await load(page);
  await put(page, { token: token('amy', 1), mode: 'page' });
  const w = widget(page);
  await w.sees("I'm the AI assistant");
  await until('both ways', () => page.evaluate(() => window.told.filter((n) => n.type === 'unread').length >= 2));
  await page.evaluate(() => document.querySelector('warmline-chat').pause());
  await until('let go', () => t.double.sockets.size === 0);
  t.double.say('amy', 'thanks');
  await page.evaluate(() => document.querySelector('warmline-chat').resume());
  await w.sees('Noted, thank you.');
});

test('host: a frame obeys its one allowed page and tells no other', async (t) => {
  const context = await t.person({ locale: 'en-GB' });
  const outer = await t.open(context, '/host');
  await outer.evaluate(() => {
    window.told = [];
    addEventListener('message', (e) => e.data?.warmline && window.told.push(e.data.warmline.type));
    const f = document.createElement('iframe');
    f.src = '/host-frame';
    document.body.append(f);
    return new Promise((done) => (f.onload = done));
  });
  const frame = outer.frames()[1];
  await load(frame);
  await put(frame, { 'host-origin': t.url, token: token('amy', 1) });
  await until('told', () => outer.evaluate(() => window.told.includes('unread')));
  const opened = () => frame.evaluate(() => document.querySelector('warmline-chat').isOpen);
  const post = (type) => outer.evaluate((c) => document.querySelector('iframe').contentWindow.postMessage({ warmline: { type: c } }, '*'), type);
  await post('open');
  await until('opened', opened);
  await frame.evaluate(() => document.querySelector('warmline-chat').setAttribute('host-origin', 'https://elsewhere.example'));
  await outer.evaluate(() => (window.told = []));
  await post('close');
  await new Promise((done) => setTimeout(done, 300));
  assert.equal(await opened(), true, 'a message from another origin is ignored');
  await frame.evaluate(() => document.querySelector('warmline-chat').close());
  await new Promise((done) => setTimeout(done, 200));
  assert.deepEqual(await outer.evaluate(() => window.told), []);
});

test('host: destroy closes the socket and lets the browser free everything', async (t) => {
  const page = await t.open(await t.person({ locale: 'en-GB' }), '/host');
  await load(page);
  await page.evaluate(() => (window.refs = []));
  for (let i = 0; i < 4; i++) {
    await put(page, { token: token('amy', 1) });
    await until('connected', () => t.double.sockets.size === 1);
    await page.evaluate(async () => {
      const el = document.querySelector('warmline-chat');
      el.open();
      await el.updateComplete;
      window.refs.push(new WeakRef(el), new WeakRef(el.shadowRoot.querySelector('.log')));
    });
    await page.evaluate(() => document.querySelector('warmline-chat').destroy());
    await until('the socket is closed', () => t.double.sockets.size === 0);
  }
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('HeapProfiler.enable');
  const left = async () => {
    await cdp.send('HeapProfiler.collectGarbage');
    return page.evaluate(() => window.refs.filter((r) => r.deref()).length);
  };
  await until('all freed', async () => (await left()) === 0, 5000);
  assert.equal(await page.evaluate(() => window.refs.length), 8);
});
