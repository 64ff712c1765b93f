import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { DeskDouble } from '../double/desk.mjs';
import { console_ } from './desk.mjs';
import { openPage, tests, until } from './lib.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const wide = { width: 1280, height: 820 };

/** A test of the console against the double; person() signs somebody in on a page of their own. */
function desk(name, body) {
  tests.push({
    name: `desk: ${name}`,
    async run(browser) {
      const office = new DeskDouble();
      const url = await office.listen();
      const faults = [];
      const contexts = [];
      const person = async (user, more = {}) => {
        const context = await browser.newContext({ viewport: wide, locale: 'zh-CN', reducedMotion: 'reduce', ...more });
        contexts.push(context);
        const page = await openPage(context, `${url}/desk`, faults);
        const c = console_(page);
        await c.root.locator('input[name=user]').waitFor();
        if (user) await c.signIn(user);
        return { page, context, c };
      };
      try {
        await body({ office, person });
        assert.deepEqual(faults, []);
      } finally {
        await Promise.all(contexts.map((c) => c.close()));
        await office.close();
      }
    },
  });
}

async function clean(page, where) {
  await page.evaluate(axe);
  const found = await page.evaluate(() =>
    axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }),
  );
  assert.deepEqual(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => `${n.target} ${n.failureSummary}`).join('; ')}`), [], where);
}

for (const colorScheme of ['light', 'dark'])
  desk(`axe finds nothing, ${colorScheme}`, async ({ office, person }) => {
    const gate = await person('', { colorScheme });
    await clean(gate.page, 'sign in');
    const { page, c } = await person('lin', { colorScheme });
    await clean(page, 'queue');
    await c.act('filters').click();
    await clean(page, 'filters');
    await c.open('c2');
    await clean(page, 'a locked chat');
    await c.open('c1');
    await c.take();
    await c.root.locator('[data-act=why]').first().click();
    await c.root.locator('.why li').first().waitFor();
    await c.field.fill('请尽快，不然起诉');
    await c.root.locator('[data-finding=threat]').waitFor();
    office.page('c7');
    await c.root.locator('[data-page]').waitFor();
    for (const tab of ['account', 'options', 'cases', 'summary']) {
      await c.root.locator(`#tab-${tab}`).click();
      await clean(page, tab);
    }
    await c.act('ack').click();
    await c.field.fill('/');
    await c.root.locator('#canned li').first().waitFor();
    await clean(page, 'canned replies');
    await page.keyboard.press('Escape');
    await c.act('release').click();
    await clean(page, 'a dialog');
    await page.keyboard.press('Escape');
    await c.act('help').click();
    await clean(page, 'help');
    await page.keyboard.press('Escape');
    for (const place of ['board', 'settings', 'requests']) {
      await c.goto(place);
      await c.root.locator('main.page h1').waitFor();
      if (place === 'board') await c.root.locator('.uplot').first().waitFor();
      await clean(page, place);
    }
    const he = await person('he', { colorScheme });
    await he.c.goto('audit');
    await he.c.root.locator('.sheet td').first().waitFor();
    await clean(he.page, 'audit');
  });

desk('the keys alone find, take, answer, note and hand back', async ({ office, person }) => {
  const { page, c } = await person('zhou');
  await c.row('c1').waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await until('a row is chosen', async () => (await c.root.locator('.row.cursor').count()) === 1);
  await page.keyboard.press('k');
  const chosen = await c.root.locator('.row.cursor').getAttribute('data-chat');
  await page.keyboard.press('Enter');
  await c.root.locator('.log .line').first().waitFor();
  await page.keyboard.press('t');
  await c.field.waitFor();
  await page.keyboard.press('r');
  await page.keyboard.type('您好，我在');
  await page.keyboard.press('Enter');
  await c.log.getByText('您好，我在').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('n');
  await page.keyboard.type('先听对方说 @wo');
  await c.root.locator('.suggest .chip').first().waitFor();
  await page.keyboard.press('Enter');
  await c.root.locator('.line.note').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('b');
  await c.root.locator('dialog select[name=outcome]').selectOption('arranged');
  await c.submit();
  assert.equal(office.chats.get(chosen).row.owner, 'bot');
  await page.keyboard.press('?');
  await c.root.locator('dialog .keys').waitFor();
  await page.keyboard.press('Escape');
  await c.root.locator('dialog').waitFor({ state: 'detached' });
});

desk('two agents claim the same chat: one has it, the other is told', async ({ person }) => {
  const a = await person('zhou');
  const b = await person('wong');
  await a.c.open('c2');
  await b.c.open('c2');
  await b.c.root.locator('[data-collision]').waitFor();
  await Promise.all([a.c.act('take').click(), b.c.act('take').click().catch(() => undefined)]);
  await until('exactly one may write', async () => {
    const n = (await a.c.field.count()) + (await b.c.field.count());
    return n === 1 && (await a.c.root.locator('.state.is-agent').count()) + (await b.c.root.locator('.state.is-agent').count()) === 2;
  });
});

desk('a hard finding is refused, a soft one may be sent knowingly', async ({ office, person }) => {
  const { c } = await person('zhou');
  await c.open('c1');
  await c.take();
  const lines = () => office.chats.get('c1').messages.filter((m) => m.speaker === 'human').length;
  await c.say('不还就起诉');
  await c.root.locator('[data-refused]').waitFor();
  assert.equal(await c.act('override').count(), 0);
  assert.equal(await c.field.inputValue(), '不还就起诉', 'the draft is kept');
  assert.equal(lines(), 0);
  await c.say('请尽快告诉我');
  await c.act('override').click();
  await until('it was sent', () => lines() === 1);
});

desk('nothing of the account before the person is verified', async ({ office, person }) => {
  const { c } = await person('zhou');
  await c.open('c2');
  await c.root.locator('[data-gate=locked]').waitFor();
  for (const tab of ['account', 'options']) {
    await c.root.locator(`#tab-${tab}`).click();
    await c.root.locator('[data-veiled]').waitFor();
  }
  await c.take();
  await c.act('step_up').waitFor();
  const chat = office.chats.get('c2');
  chat.locked = false;
  office.tell(chat);
  await c.root.locator('[data-gate=open]').waitFor();
  await c.root.locator('#tab-account').click();
  await c.root.getByText('¥1,140.00').waitFor();
});

desk('what is beyond one person is decided by another', async ({ office, person }) => {
  const a = await person('zhou');
  const s = await person('lin');
  await a.c.open('c7');
  await a.c.take();
  await a.c.root.locator('[data-hold=crisis] [data-act=unhold]').click();
  await a.c.root.locator('dialog input[name=reason]').fill('已确认安全');
  await a.c.submit();
  await a.c.root.locator('#tab-options').click();
  await a.c.root.locator('[data-request]').waitFor();
  assert.equal(await a.c.root.locator('[data-act=approve]').count(), 0, 'not one’s own request');
  await s.c.goto('requests');
  await s.c.act('approve').click();
  await s.c.submit();
  await a.c.root.locator('[data-request][data-state=approved]').waitFor();
  await until('the hold has ended', async () => (await a.c.root.locator('[data-hold=crisis]').count()) === 0);
  assert.equal(office.requests[0].decided_by, 'lin');
});

desk('a crisis stays on top until somebody takes care of it', async ({ office, person }) => {
  const a = await person('zhou');
  const b = await person('wong');
  office.page('c7');
  await a.c.root.locator('[data-page]').waitFor();
  await b.c.root.locator('[data-page]').waitFor();
  await until('the title calls', async () => (await a.page.title()).startsWith('●'));
  await a.page.keyboard.press('a');
  await until('gone from both', async () => (await a.c.root.locator('[data-page]').count()) + (await b.c.root.locator('[data-page]').count()) === 0);
  await until('the title is quiet', async () => (await a.page.title()) === 'Warmline');
});

desk('offline is said, what was written stays, and what was missed comes', async ({ office, person }) => {
  const { c } = await person('zhou');
  await c.open('c1');
  await c.take();
  await c.field.fill('写到一半');
  office.down = true;
  for (const s of office.sockets) s.socket.terminate();
  await c.root.locator('[data-strip=offline]').waitFor();
  assert.ok(await c.act('send').isDisabled());
  office.commit(office.chats.get('c1'), { speaker: 'borrower', text: '断线时说的话' });
  office.down = false;
  await c.online();
  await c.log.getByText('断线时说的话').waitFor();
  assert.equal(await c.log.getByText('断线时说的话').count(), 1);
  assert.equal(await c.field.inputValue(), '写到一半');
  assert.ok(await c.act('send').isEnabled());
});

desk('a supervisor changes hours; what is wrong is said at its field, in the console’s language', async ({ office, person }) => {
  const { c } = await person('lin');
  await c.goto('settings');
  await c.act('team-hk').click();
  await c.root.locator('dialog input[name=hours]').fill('20:00');
  await c.root.locator('dialog [data-act=submit]').click();
  await c.root.locator('[data-wrong=hours]').getByText('下班时间要晚于上班时间').waitFor();
  await c.root.locator('dialog input[name=hours]').fill('08:30');
  await c.root.locator('dialog input[name=days][value=sat]').check();
  await c.root.locator('dialog textarea[name=holidays]').fill('2027-01-01\n2027-02-06');
  await c.submit();
  const { hours, days, holidays } = office.workplace.teams.find((t) => t.id === 'hk');
  assert.deepEqual([hours, days, holidays], ['08:30-18:30', 'mon,tue,wed,thu,fri,sat', ['2027-01-01', '2027-02-06']]);
  await c.root.getByText('周一至周六').waitFor();
  await c.act('sla-1').click();
  await c.root.locator('dialog input[name=first_s]').fill('90');
  await c.submit();
  assert.equal(office.workplace.sla[1].first_s, 90);
  await c.act('slots').click();
  await c.root.locator('dialog textarea').fill('09:30, 16:00');
  await c.submit();
  assert.deepEqual(office.workplace.slots, ['09:30', '16:00']);
  const plain = await person('zhou');
  await plain.c.goto('settings');
  await plain.c.root.locator('.sheet').first().waitFor();
  assert.equal(await plain.c.root.locator('[data-act^=team-]').count(), 0);
});

desk('words that somebody picks are masked for good', async ({ office, person }) => {
  const { page, c } = await person('zhou');
  await c.open('c1');
  assert.equal(await c.root.locator('[data-act=redact]').count(), 0, 'not before the chat is taken');
  await c.take();
  const line = c.root.locator('.line[data-seq="2"]');
  await line.hover();
  await line.locator('[data-act=redact]').click();
  const field = c.root.locator('[data-range] textarea');
  await field.focus();
  await page.keyboard.press('Control+Home');
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
  for (let i = 0; i < 2; i++) await page.keyboard.press('Shift+ArrowRight');
  assert.equal(await c.root.locator('[data-range] output').textContent(), '公司');
  await c.root.locator('dialog input[name=reason]').fill('第三方名称');
  await c.submit();
  await line.getByText('上个月••裁员了').waitFor();
  await line.getByText('第三方名称').waitFor();
  assert.equal(office.chats.get('c1').messages[1].text.includes('公司'), false);
});

desk('a refusal is said in the console’s language, with the rule that refused', async ({ office, person }) => {
  const { c } = await person('zhou');
  office.people.find((p) => p.id === 'zhou').settings.language = 'en';
  const en = await person('zhou');
  for (const [d, chat, words, rule] of [[c, 'c1', '超出您的权限', '方案只取决于'], [en.c, 'c3', 'beyond what you may grant', 'Rule K-OFFER']]) {
    await d.open(chat);
    if (await d.act('take').count()) await d.take();
    await d.root.locator('#tab-options').click();
    await d.act('grant').click();
    await d.root.locator('dialog select[name=kind]').selectOption('deferral');
    await d.root.locator('dialog input[name=days]').fill('60');
    await d.root.locator('dialog input[name=reason]').fill('x');
    await d.root.locator('dialog [data-act=submit]').click();
    await d.root.locator('dialog [role=alert]').getByText(words).waitFor();
    await d.root.locator('dialog [role=alert]').getByText(rule).waitFor();
  }
});

desk('2,000 messages and 500 waiting chats stay quick', async ({ office, person }) => {
  const c1 = office.chats.get('c1');
  c1.messages = Array.from({ length: 2000 }, (_, i) => ({ ...c1.messages[i % 3], seq: i + 1, id: `m${i + 1}`, day: `第${Math.floor(i / 100)}天`, text: `第${i + 1}条` }));
  for (let i = 10; i < 510; i++) office.chats.set(`c${i}`, { ...office.chats.get('c3'), row: { ...office.chats.get('c3').row, chat: `c${i}` } });
  const { page, c } = await person('zhou');
  await until('all wait in the list', async () => (await c.root.locator('.row').count()) >= 500);
  const opened = Date.now();
  await c.row('c1').click();
  await c.log.getByText('第2000条').waitFor();
  assert.ok(Date.now() - opened < 10_000, `opened in ${Date.now() - opened} ms`);
  assert.ok((await c.root.locator('.line').count()) <= 220, 'the newest piece alone');
  while (await c.root.locator('.earlier').count()) {
    const before = await c.root.locator('.line').count();
    await c.root.locator('.earlier').click();
    await until('the piece before came', async () => (await c.root.locator('.line').count()) > before);
  }
  assert.equal(await c.root.locator('.line').count(), 2000);
  await c.take();
  // The thread's own time: how busy the machine is otherwise does not count.
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  const spent = async () => Object.fromEntries((await cdp.send('Performance.getMetrics')).metrics.map((m) => [m.name, m.value * 1000]));
  const before = await spent();
  await page.evaluate(async () => {
    const field = document.querySelector('warmline-desk').shadowRoot.querySelector('#compose');
    for (let i = 0; i < 20; i++) {
      field.value += '字';
      field.dispatchEvent(new Event('input'));
      await new Promise((done) => requestAnimationFrame(done));
    }
  });
  const after = await spent();
  const slow = (after.TaskDuration - before.TaskDuration) / 20;
  assert.ok(slow < 100, `a key takes ${Math.round(slow)} ms`);
});
