import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test, until, widget } from './lib.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() =>
    axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }),
  );
  return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => `${n.target} ${n.failureSummary}`).join('; ')}`);
}

for (const colorScheme of ['light', 'dark']) {
  for (const [size, viewport] of [['phone', { width: 390, height: 844 }], ['desktop', { width: 1280, height: 900 }]]) {
    test(`access: axe finds nothing, ${colorScheme} ${size}`, async (t) => {
      t.double.switches.readSeconds = 30;
      const page = await t.open(await t.person({ colorScheme, viewport, reducedMotion: 'reduce' }));
      const w = widget(page);
      const clean = async (where) => assert.deepEqual(await violations(page), [], where);
      await w.launcher.waitFor();
      await page.getByText('¥1,204.50').waitFor();
      await clean('wallet');
      if (size === 'phone') {
        await page.locator('.wallet .only-phone').click();
        await clean('controls');
        await page.locator('.side .only-phone').click();
      }
      await w.open();
      await clean('opened');
      await w.say('方案');
      await w.option('step_up').click();
      await page.locator('#pin').waitFor();
      await clean('PIN');
      await page.fill('#pin', '1234');
      await page.keyboard.press('Enter');
      await w.option('plan:4').waitFor();
      await clean('plans');
      await w.root.locator('[data-card=plans] h3 button').click();
      await clean('a card over the chat');
      await page.keyboard.press('Escape');
      await w.option('plan:4').click();
      await w.sees('请先读一读');
      await clean('confirm card, counting');
      await w.say('收支');
      await w.root.locator('input[name=income]').waitFor();
      await clean('budget');
      t.double.refuse.push({ code: 'rate_limited', text: '请稍等' });
      await w.say('再试');
      await w.root.locator('.failed').waitFor();
      await w.action('human').click();
      await w.sees('正在请专员来');
      t.double.join('lin');
      await w.sees('刚看完前面的内容');
      await clean('with a person');
      await w.action('menu').click();
      await w.root.locator('.overlay').waitFor();
      await clean('menu');
    });
  }
}

test('access: all of it by keyboard', async (t) => {
  t.double.switches.readSeconds = 0;
  const page = await t.open(await t.person({ viewport: { width: 1280, height: 900 } }));
  const w = widget(page);
  await w.launcher.waitFor();
  const focused = () =>
    page.evaluate(() => {
      const a = document.querySelector('warmline-chat').shadowRoot.activeElement;
      return a ? (a.dataset.option ?? a.dataset.action ?? a.className ?? '') || a.tagName : document.activeElement.id;
    });
  const tabTo = async (what, key = 'Tab') => {
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press(key);
      if ((await focused()) === what) return;
    }
    assert.fail(`Tab never reaches ${what}`);
  };
  await tabTo('launcher');
  await page.keyboard.press('Enter');
  await w.field.waitFor();
  await w.link('open');
  await until('the field has the focus', async () => (await w.field.evaluate((el) => el.getRootNode().activeElement === el)));
  await page.keyboard.type('方案');
  await page.keyboard.press('Enter');
  await w.option('step_up').waitFor();
  await tabTo('step_up', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await until('the PIN has the focus', async () => (await page.evaluate(() => document.activeElement.id)) === 'pin');
  await page.keyboard.type('1234');
  await page.keyboard.press('Enter');
  await w.option('plan:4').waitFor();
  await tabTo('plan:4');
  await page.keyboard.press('Space');
  await w.option('confirm').waitFor();
  await tabTo('confirm');
  await page.keyboard.press('Enter');
  await w.sees('还没生效。有结果');
  await tabTo('menu');
  await page.keyboard.press('Enter');
  await w.root.locator('.overlay').waitFor();
  await page.keyboard.press('Escape');
  await until('the focus came back', async () => (await focused()) === 'menu');
  await page.keyboard.press('Escape');
  await until('the focus is on the launcher', async () => (await focused()) === 'launcher');
});

test('access: what is said to a screen reader', async (t) => {
  const page = await t.open(await t.person());
  const w = widget(page);
  await until('the launcher says what is unread', async () => (await w.launcher.getAttribute('aria-label')) === '打开聊天, 1 条未读');
  await w.open();
  const log = w.root.getByRole('log', { name: '对话' });
  await log.waitFor();
  await until('quiet while old messages come, then ready', async () => (await log.getAttribute('aria-busy')) === 'false');
  await w.root.getByRole('dialog', { name: '账户服务' }).waitFor();
  for (const name of ['人工', '菜单, 语言 简', '关闭', '发送']) await w.root.getByRole('button', { name, exact: true }).first().waitFor();
  await w.root.getByRole('textbox', { name: '想说什么都可以' }).waitFor();
});

test('access: touch leaves the keyboard down, and Tab stays inside the full screen', async (t) => {
  const page = await t.open(await t.person({ hasTouch: true, isMobile: true }));
  const w = widget(page);
  await w.launcher.tap();
  await w.field.waitFor();
  await until('the title has the focus', () => w.root.evaluate((el) => el.shadowRoot.activeElement?.id === 'title'));
  for (let i = 0; i < 30; i++) {
    await page.keyboard.press('Tab');
    assert.ok(await w.root.evaluate((el) => el.shadowRoot.activeElement !== null), 'the focus left the panel');
  }
});

for (const width of [320, 390]) {
  test(`access: ${width} px wide, nothing is cut off and everything is big enough to touch`, async (t) => {
    t.double.switches.readSeconds = 0;
    const page = await t.open(await t.person({ viewport: { width, height: 640 }, hasTouch: true, isMobile: true }));
    const w = widget(page);
    await w.open();
    await w.say('方案');
    await w.stepUp();
    await w.option('plan:4').click();
    await w.option('confirm').waitFor();
    t.double.commit(t.double.chat('lin'), { text: `${'https://a-very-long-word-that-has-no-end.example/'.repeat(3)}`, options: [{ id: 'x', label: '很长的按钮'.repeat(12) }] });
    await w.option('x').waitFor();
    const bad = await w.root.evaluate((el) => {
      const out = [];
      const wide = document.documentElement.clientWidth;
      for (const x of el.shadowRoot.querySelectorAll('.panel *')) {
        const r = x.getBoundingClientRect();
        if (r.width > 1 && (r.left < -0.5 || r.right > wide + 0.5)) out.push(`${x.tagName}.${x.className} reaches ${r.left}..${r.right}`);
      }
      for (const x of el.shadowRoot.querySelectorAll('button:not([aria-disabled=true]), a[href], input, textarea')) {
        const r = x.getBoundingClientRect();
        if (r.width > 1 && (r.height < 43.5 || r.width < 43.5)) out.push(`${x.tagName}.${x.className} is ${r.width} x ${r.height}`);
      }
      const log = el.shadowRoot.querySelector('.log');
      if (log.scrollWidth > log.clientWidth) out.push(`log scrolls sideways`);
      return out;
    });
    assert.deepEqual(bad, []);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
  });
}

test('access: nothing moves for people who ask for stillness', async (t) => {
  const page = await t.open(await t.person({ reducedMotion: 'reduce' }));
  const w = widget(page);
  await w.open();
  const names = await w.root.evaluate((el) =>
    [...el.shadowRoot.querySelectorAll('*')].map((x) => getComputedStyle(x).animationName).filter((n) => n !== 'none'),
  );
  assert.deepEqual(names, []);
});

test('access: the menu switches to dark, against the system', async (t) => {
  const page = await t.open(await t.person({ colorScheme: 'light' }));
  const w = widget(page);
  await w.open();
  const background = () => w.root.locator('.panel').evaluate((el) => getComputedStyle(el).backgroundColor);
  const light = await background();
  await w.action('menu').click();
  await w.action('theme').click();
  await until('dark', async () => (await background()) !== light);
  assert.equal(await w.root.getAttribute('theme'), 'dark');
});
