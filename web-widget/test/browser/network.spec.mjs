import assert from 'node:assert/strict';
import { test, until, widget } from './lib.mjs';

async function begin(t, context) {
  const page = await t.open(context ?? (await t.person()));
  const w = widget(page);
  await w.open();
  await w.sees('我是示例银行的AI助手');
  return { page, w };
}

const said = (t) => t.double.chat('lin').log.filter((m) => m.speaker === 'borrower').map((m) => m.text);

test('network: what is written without a connection survives a reload and arrives once, in order', async (t) => {
  const { page, w } = await begin(t);
  t.double.switches.down = true;
  t.double.drop();
  for (const text of ['一', '二', '三']) await w.say(text);
  await until('three on their way', async () => (await w.pending()) === 3);
  await page.reload();
  await w.launcher.click();
  await until('three still on their way', async () => (await w.pending()) === 3);
  assert.deepEqual(said(t), []);
  t.double.switches.down = false;
  await until('all three arrived', () => said(t).length === 3, 25_000);
  assert.deepEqual(said(t), ['一', '二', '三']);
  await until('nothing on its way', async () => (await w.pending()) === 0);
  assert.deepEqual((await w.root.locator('.mine .bubble').allInnerTexts()), ['一', '二', '三']);
});

test('network: the browser goes offline and comes back', async (t) => {
  const context = await t.person();
  const { w } = await begin(t, context);
  await context.setOffline(true);
  await w.say('离线写的');
  await w.root.locator('.strip').getByText('没有网络').waitFor({ timeout: 20_000 });
  await context.setOffline(false);
  await until('it arrived', () => said(t).includes('离线写的'), 15_000);
  await w.root.locator('.strip').waitFor({ state: 'detached' });
});

test('network: a server that falls silent is noticed, and nothing is lost or doubled', async (t) => {
  const { w } = await begin(t);
  t.double.switches.mute = true;
  await w.say('有人吗');
  await until('the client gave the socket up', () => t.double.sockets.size === 0, 15_000);
  t.double.switches.mute = false;
  await until('it arrived', () => said(t).length === 1, 20_000);
  await until('nothing on its way', async () => (await w.pending()) === 0);
});

test('network: a commit whose acknowledgement was lost is not done twice', async (t) => {
  const { w } = await begin(t);
  const send = t.double.send.bind(t.double);
  t.double.send = (c, f) => f.t !== 'ack' && f.t !== 'msg' && f.t !== 'typing' && send(c, f);
  await w.say('只此一次');
  await until('committed', () => said(t).length === 1);
  t.double.send = send;
  t.double.drop(1012);
  await until('acknowledged', async () => (await w.pending()) === 0, 15_000);
  assert.deepEqual(said(t), ['只此一次']);
  assert.ok(t.double.received.filter((f) => f.t === 'text').length >= 2, 'it was sent again');
});

test('network: after a restart of the server only what is new is asked for', async (t) => {
  const { w } = await begin(t);
  t.double.drop(1012);
  await until('gone', () => t.double.sockets.size === 0);
  t.double.say('lin', 'thanks');
  await w.sees('记下了');
  assert.equal(t.double.received.filter((f) => f.t === 'hello').at(-1).after, 1);
  assert.equal((await w.bubbles()).length, 2);
});

test('network: a refused message says why and can be sent again', async (t) => {
  const { w } = await begin(t);
  t.double.refuse.push({ code: 'rate_limited', text: '发得有些快，请稍等' });
  await w.say('试试');
  await w.root.locator('.failed').getByText('发得有些快').waitFor();
  await w.root.locator('.failed button').click();
  await until('sent', () => said(t).length === 1);
  const texts = t.double.received.filter((f) => f.t === 'text');
  assert.ok(texts[1].n > texts[0].n && texts[1].id !== texts[0].id, 'as a new message');
});

test('network: an invalid session is replaced by a fresh one', async (t) => {
  const { w } = await begin(t);
  t.double.sessions.clear();
  t.double.drop(4001);
  await until('a new session', () => t.double.sessions.size === 1 && t.double.sockets.size === 1);
  await w.say('还在');
  await until('it arrived', () => said(t).length === 1);
});

test('network: a logout clears the screen and the store', async (t) => {
  const { page, w } = await begin(t);
  await w.say('私事');
  await until('it arrived', () => said(t).length === 1);
  t.double.drop(4010);
  await w.root.locator('.strip').getByText('会话结束了').waitFor();
  assert.deepEqual(await w.bubbles(), []);
  const keys = await page.evaluate(() => Object.keys(localStorage).filter((k) => !k.startsWith('warmline:words:')));
  assert.deepEqual(keys, []);
});

test('network: a message that is too big is given up, and the chat goes on', async (t) => {
  const { w } = await begin(t);
  const take = t.double.take.bind(t.double);
  t.double.take = (c, f) => (f.text?.length > 1000 ? c.socket.close(4009, 'too big') : take(c, f));
  await w.say('长'.repeat(2000));
  await w.root.locator('.failed').waitFor();
  await w.say('短的');
  await until('the short one arrived', () => said(t).includes('短的'), 15_000);
});

test('network: a text over the limit is held back with its words kept', async (t) => {
  const { w } = await begin(t);
  await w.field.fill('字'.repeat(40_000));
  await w.root.locator('#too-long').waitFor();
  await w.field.press('Enter');
  assert.equal((await w.field.inputValue()).length, 40_000);
  assert.equal(t.double.received.filter((f) => f.t === 'text').length, 0);
});

test('network: two tabs show one chat and do not swallow each other\'s messages', async (t) => {
  const context = await t.person();
  const one = await begin(t, context);
  t.double.switches.echoOff = true;
  await one.w.say('a');
  await until('the first', () => said(t).length === 1);
  const two = await begin(t, context);
  for (let i = 0; i < 5; i++) {
    await one.w.say(`a${i}`);
    await two.w.say(`b${i}`);
  }
  await until('all', () => said(t).length === 11);
  for (const { w } of [one, two]) {
    await until('all are shown', async () => (await w.root.locator('.mine .bubble').count()) === 11);
    await until('nothing waits any more', async () => (await w.pending()) === 0);
  }
  const devices = new Set(t.double.received.filter((f) => f.t === 'hello').map((f) => f.device));
  assert.equal(devices.size, 2);
});

test('network: a closed tab\'s unsent message is sent by the next', async (t) => {
  const context = await t.person();
  const one = await begin(t, context);
  t.double.switches.down = true;
  t.double.drop();
  await one.w.say('关掉之前写的');
  await until('kept', async () => (await one.w.pending()) === 1);
  await one.page.close();
  t.double.switches.down = false;
  const page = await t.open(context);
  await until('it arrived', () => said(t).includes('关掉之前写的'), 15_000);
  await page.close();
});

test('network: what was read in one tab is not unread in the other', async (t) => {
  const context = await t.person();
  const closed = await t.open(context);
  const label = () => widget(closed).launcher.getAttribute('aria-label');
  await until('one unread', async () => /1 条未读/.test((await label()) ?? ''));
  await begin(t, context);
  await until('none unread', async () => (await label()) === '打开聊天');
});

test('network: sessions are renewed before they end', async (t) => {
  t.double.switches.sessionMs = 4000;
  let renewed = 0;
  const routes = t.double.routes.bind(t.double);
  t.double.routes = (url, ...rest) => (url.pathname.endsWith('/renew') && renewed++, routes(url, ...rest));
  await begin(t);
  await until('two renewals', () => renewed >= 2, 12_000);
  assert.equal(t.double.sessions.size, 1);
});

test('network: requests go to the service alone', async (t) => {
  const context = await t.person();
  const hosts = new Set();
  context.on('request', (r) => hosts.add(new URL(r.url()).origin));
  await begin(t, context);
  assert.deepEqual([...hosts], [t.url]);
});
