import assert from 'node:assert/strict';
import { test, until, widget } from './lib.mjs';

async function begin(t, more) {
  const page = await t.open(await t.person(more));
  const w = widget(page);
  await w.open();
  return { page, w };
}

test('flow: a text is sent, acknowledged and answered', async (t) => {
  const { w } = await begin(t);
  await w.sees('我是示例银行的AI助手');
  await w.say('你好');
  await until('two greetings', async () => (await w.bubbles()).filter((b) => b.includes('AI助手')).length === 2);
  assert.equal(await w.pending(), 0);
  assert.equal(t.double.received.filter((f) => f.t === 'text').length, 1);
});

test('flow: account facts wait for a step-up, then come', async (t) => {
  const { w } = await begin(t);
  await w.say('欠多少');
  await w.sees('确认是您本人');
  assert.equal(await w.root.getByText('827.71').count(), 0);
  await w.stepUp();
  await w.sees('¥827.71');
});

test('flow: plan, reading time, confirm; older buttons are dead', async (t) => {
  t.double.switches.readSeconds = 2;
  const { w } = await begin(t);
  await w.say('方案');
  await w.stepUp();
  await w.option('plan:4').click();
  const confirm = w.root.locator('[data-option=confirm]').last();
  await confirm.waitFor();
  assert.equal(await confirm.getAttribute('aria-disabled'), 'true');
  assert.match(await confirm.innerText(), /请先读一读（[12] 秒）/);
  await confirm.click({ force: true });
  await w.option('confirm').waitFor({ timeout: 5000 });
  assert.equal(await w.option('confirm').innerText(), '确认');
  await w.option('confirm').click();
  await w.sees('还没生效。有结果');
  assert.equal(await w.root.locator('.mine .options').count(), 0);
  const taps = t.double.received.filter((f) => f.t === 'tap' && f.option === 'confirm');
  assert.equal(taps.length, 1);
  assert.equal(taps[0].card, 'q-1');
  assert.equal(await w.root.locator('[data-option="plan:6"]').getAttribute('aria-disabled'), 'true');
  assert.equal(await w.root.locator('[data-option=not_now]').first().getAttribute('aria-disabled'), 'true');
  await w.root.locator('[data-option="plan:6"]').click({ force: true });
  await w.root.locator('[data-option=not_now]').first().click({ force: true });
  assert.equal(t.double.received.filter((f) => f.option === 'plan:6' || f.option === 'not_now').length, 0);
});

test('flow: an offer whose time has passed cannot be confirmed', async (t) => {
  Object.assign(t.double.switches, { readSeconds: 0, ttlMs: 1500 });
  const { w } = await begin(t);
  await w.say('方案');
  await w.stepUp();
  await w.option('plan:4').click();
  await w.sees('这个方案的有效时间过了');
  assert.equal(await w.root.locator('[data-option=confirm]').last().getAttribute('aria-disabled'), 'true');
});

test('flow: the budget form sends what was typed, and only that', async (t) => {
  const { w } = await begin(t);
  await w.say('收支');
  await until('the locked form', async () => (await w.root.locator('.lock').count()) === 1);
  await w.stepUp();
  await w.root.locator('input[name=income]').fill('3200');
  await w.root.locator('input[name=essential]').fill(' 3,350 ');
  await w.root.locator('[data-option=budget]').click();
  await w.sees('记下了');
  const tap = t.double.received.find((f) => f.option === 'budget');
  assert.deepEqual(tap.fields, { income: '3200', essential: '3,350' });
});

test('flow: what is above the level is a lock, also after a reload', async (t) => {
  const { page, w } = await begin(t);
  await w.say('欠多少');
  await w.stepUp();
  await w.sees('¥827.71');
  await page.reload();
  await w.open();
  await until('a lock', async () => (await w.root.locator('.lock').count()) === 1);
  assert.equal(await w.root.getByText('827.71').count(), 0);
  await w.stepUp();
  await w.sees('¥827.71');
});

test('flow: when the level falls, the texts go', async (t) => {
  const { w } = await begin(t);
  await w.say('欠多少');
  await w.stepUp();
  await w.sees('¥827.71');
  for (const c of t.double.sockets) {
    c.session.level = 1;
    t.double.send(c, { t: 'redact', from: 1 });
  }
  await until('a lock', async () => (await w.root.locator('.lock').count()) === 1);
  assert.equal(await w.root.getByText('827.71').count(), 0);
});

test('flow: a person is one tap away, and is named when they write', async (t) => {
  const { w } = await begin(t);
  await w.action('human').click();
  await w.sees('正在请专员来');
  await w.root.locator('.head').getByText('约6分钟').waitFor();
  assert.equal(await w.action('human').count(), 0);
  t.double.join('lin');
  await w.sees('刚看完前面的内容');
  const who = w.root.locator('.group.human .who');
  assert.match(await who.innerText(), /人工\s*小周/);
  await w.root.locator('.system').getByText('加入了对话').waitFor();
  await w.root.locator('.notice').getByText('人工智能生成').waitFor();
});

test('flow: the language changes, words and all, and no bubble is left', async (t) => {
  const { w } = await begin(t);
  await w.action('menu').click();
  await w.root.locator('[data-locale=en-GB]').click();
  await w.sees('English it is.');
  await w.root.locator('.head').getByText('Account help').waitFor();
  assert.equal(await w.root.locator('.root').getAttribute('lang'), 'en-GB');
  assert.equal(await w.pending(), 0);
});

test('flow: a wide card opens over the chat, and the way back is kept', async (t) => {
  const { page, w } = await begin(t);
  await w.say('方案');
  await w.stepUp();
  await w.option('plan:4').waitFor();
  await w.root.locator('[data-card=plans] h3 button').click();
  const dialog = w.root.getByRole('dialog', { name: '分期方案' });
  await dialog.waitFor();
  assert.equal(await dialog.locator('thead th').count(), 3);
  assert.deepEqual(await dialog.locator('tbody th').allInnerTexts(), ['分4期 · 4', '分6期 · 6'], 'each line is headed by what tells it apart');
  assert.ok(await dialog.locator('.body').evaluate((el) => el.scrollWidth <= el.clientWidth), 'nothing is cut off');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  assert.ok(await w.field.isVisible(), 'Escape closes only the card');
});

test('flow: somebody reading above is not moved; a button leads back', async (t) => {
  const { w } = await begin(t);
  for (let i = 0; i < 12; i++) t.double.say('lin', 'unclear');
  await until('all twelve', async () => (await w.bubbles()).length >= 13);
  await w.log.evaluate((el) => el.scrollTo(0, 0));
  await w.action('jump').waitFor();
  t.double.say('lin', 'thanks');
  await w.root.getByText('有新消息').waitFor();
  assert.equal(await w.log.evaluate((el) => el.scrollTop), 0);
  await w.action('jump').click();
  await until('the end', () => w.log.evaluate((el) => el.scrollHeight - el.clientHeight - el.scrollTop < 4));
  await w.action('jump').waitFor({ state: 'detached' });
});

test('flow: Enter while an input method composes does not send', async (t) => {
  const { w } = await begin(t);
  await w.field.fill('ni hao');
  await w.field.evaluate((el) => el.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, composed: true })));
  await w.field.press('Shift+Enter');
  assert.equal(t.double.received.filter((f) => f.t === 'text').length, 0);
  await w.field.press('Enter');
  await until('one text', () => t.double.received.filter((f) => f.t === 'text').length === 1);
});

test('flow: markup in a text stays text', async (t) => {
  const { w } = await begin(t);
  const evil = '<img src=x onerror=alert(1)><b>hi</b>';
  t.double.commit(t.double.chat('lin'), { text: evil, options: [{ id: 'x', label: evil }, { id: 'y', label: 'link', url: 'javascript:alert(1)' }] });
  await w.sees(evil);
  assert.equal(await w.root.locator('.bubble img, .bubble b, .options img').count(), 0);
  assert.equal(await w.root.locator('a[href^=javascript]').count(), 0);
});

test('flow: a payment link opens elsewhere, without our address', async (t) => {
  const { w } = await begin(t);
  t.double.commit(t.double.chat('lin'), { text: '付款', card: { kind: 'link', title: '还款' }, options: [{ id: 'pay_link', label: '打开钱包', url: 'https://pay.example/x' }] });
  const link = w.root.getByRole('link', { name: '打开钱包' });
  await link.waitFor();
  assert.equal(await link.getAttribute('rel'), 'noopener noreferrer');
  assert.equal(await link.getAttribute('target'), '_blank');
});

test('flow: the demo page moves its day and posts a payment', async (t) => {
  const page = await t.open(await t.person({ viewport: { width: 1280, height: 900 } }));
  await page.getByText('2026年11月21日').waitFor();
  await page.locator('[data-days="1"]').click();
  await page.getByText('2026年11月22日').waitFor();
  await page.locator('.side input[name=amount]').fill('200');
  await page.keyboard.press('Enter');
  await until('the badge counts the receipt', async () => /2 条未读/.test((await widget(page).launcher.getAttribute('aria-label')) ?? ''));
});

test('flow: changing the borrower leaves nothing of the one before', async (t) => {
  const page = await t.open(await t.person({ viewport: { width: 1280, height: 900 } }));
  const w = widget(page);
  await w.open();
  await w.say('只有林悦能看到的话');
  await w.sees('我没看懂');
  await page.locator('input[value=amy]').check();
  await w.sees("I'm the AI assistant of Example Bank");
  assert.equal(await w.root.getByText('只有林悦能看到的话').count(), 0);
  await w.root.locator('.head').getByText('Account help').waitFor();
});
