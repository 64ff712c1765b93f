import assert from 'node:assert/strict';
import { console_ } from './desk.mjs';
import { openPage, tests, until, widget } from './lib.mjs';
import { startService } from './service.mjs';

// A borrower's chat on one page and the console on others, both against the real
// service. What it says is its own business: these tests look at who holds the
// chat, who may write, and what arrives on the other side.

function service(name, body) {
  tests.push({
    name: `desk service: ${name}`,
    async run(browser) {
      const running = await startService();
      const faults = [];
      const contexts = [];
      const page = async (path, more) => {
        const context = await browser.newContext({ locale: 'zh-CN', reducedMotion: 'reduce', ...more });
        contexts.push(context);
        return openPage(context, running.url + path, faults);
      };
      const borrower = async (verified = true) => {
        const p = await page('/', { viewport: { width: 390, height: 844 } });
        const w = widget(p);
        await w.open();
        await w.option('step_up').waitFor({ timeout: 20_000 });
        if (verified) {
          await w.stepUp();
          await until('the step-up is done', async () => (await w.option('step_up').count()) === 0);
        }
        return w;
      };
      const agent = async (user) => {
        const p = await page('/desk', { viewport: { width: 1280, height: 820 } });
        const c = console_(p);
        await c.root.locator('input[name=user]').waitFor();
        await c.signIn(user);
        return { page: p, c };
      };
      try {
        await body({ borrower, agent });
        assert.deepEqual(faults, []);
      } finally {
        await Promise.all(contexts.map((c) => c.close()));
        await running.stop();
      }
    },
  });
}

const waitingRow = (c) => c.root.locator('.row').first();

async function openFirst(c) {
  await c.root.locator('[data-view=waiting]').click();
  await waitingRow(c).waitFor({ timeout: 20_000 });
  await waitingRow(c).click();
  await c.root.locator('.log .line').first().waitFor();
}

async function callPerson(w) {
  await w.action('human').click();
  await until('the chat waits', async () => (await w.action('human').count()) === 0, 15_000);
}

service('somebody asks for a person, gets one, and is handed back', async ({ borrower, agent }) => {
  const w = await borrower();
  await w.say('工作没了，这期还不上');
  await callPerson(w);
  const a = await agent('zhou');
  const b = await agent('wong');
  await openFirst(a.c);
  await openFirst(b.c);
  await a.c.root.locator('[data-locked]').waitFor();
  // Both press at once; the loser's button may be gone before the press lands.
  const press = (c) => c.act('take').click({ timeout: 5000 }).catch(() => undefined);
  await Promise.all([press(a.c), press(b.c)]);
  const holder = await until('one of the two has it', async () => {
    const [x, y] = [await a.c.field.count(), await b.c.field.count()];
    return x + y === 1 && (x ? a : b);
  });
  await holder.c.say('您好，前面的内容我看过了，我们一起看看。');
  await w.sees('前面的内容我看过了');
  await w.say('谢谢，能缓一个月吗');
  await holder.c.log.getByText('能缓一个月吗').waitFor({ timeout: 15_000 });
  await holder.c.root.locator('[data-gate=open]').waitFor();
  await holder.c.act('why').click();
  await holder.c.root.locator('.why code').first().waitFor();
  await holder.c.act('release').click();
  await holder.c.root.locator('dialog select[name=outcome]').selectOption({ index: 1 });
  await holder.c.submit();
  await holder.c.root.locator('.state.is-bot').waitFor();
  await until('the borrower may ask for a person again', async () => (await w.action('human').count()) > 0, 15_000);
});

service('a line is marked delivered when the widget has it, and read when it was before the person', async ({ borrower, agent }) => {
  const w = await borrower();
  await callPerson(w);
  const { c } = await agent('zhou');
  await openFirst(c);
  await c.take();
  const mark = (text) => c.log.locator('.line.human', { hasText: text }).locator('.mark-state');
  await w.root.evaluate((chat) => chat.close());
  await c.say('第一句，等您看到。');
  await mark('第一句').getByText('已送达').waitFor({ timeout: 15_000 });
  await new Promise((done) => setTimeout(done, 1500));
  assert.equal(await mark('第一句').textContent(), '已送达', 'nobody has looked yet');
  await w.open();
  await mark('第一句').getByText('已读').waitFor({ timeout: 15_000 });
  await w.root.page().close();
  await c.say('第二句，您不在线。');
  await mark('第二句').waitFor();
  await new Promise((done) => setTimeout(done, 1500));
  assert.equal(await mark('第二句').textContent(), '已发出', 'nothing has taken it');
});

service('nothing of the account while the person is not verified', async ({ borrower, agent }) => {
  const w = await borrower(false);
  await callPerson(w);
  const { c } = await agent('zhou');
  await openFirst(c);
  await c.root.locator('[data-gate=locked]').waitFor();
  await c.take();
  await c.root.locator('#tab-account').click();
  await c.root.locator('[data-veiled]').waitFor();
  await c.act('step_up').click();
  await w.root.locator('.system [data-option=step_up]').waitFor();
  await w.root.evaluate(async (chat) => {
    const [first] = await (await fetch('/demo/borrowers')).json();
    const body = JSON.stringify({ borrower: first.id, level: 2 });
    const answer = await fetch('/demo/token', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    await chat.stepUp((await answer.json()).token); // as a wallet does after its own check
  });
  await c.root.locator('[data-gate=open]').waitFor({ timeout: 15_000 });
  await c.root.locator('.panel .big').first().waitFor({ timeout: 15_000 });
});

service('an agent who is gone loses the chat, and another takes it', async ({ borrower, agent }) => {
  const w = await borrower();
  await callPerson(w);
  const lead = await agent('admin');
  await lead.c.goto('settings');
  await lead.c.act('workplace').click();
  await lead.c.root.locator('dialog input[name=lost_seconds]').fill('30');
  await lead.c.submit();
  const a = await agent('zhou');
  await openFirst(a.c);
  await a.c.take();
  await a.c.say('我在，请说。');
  await w.sees('我在，请说');
  await a.page.context().close();
  const b = await agent('wong');
  await b.c.root.locator('[data-view=waiting]').click();
  await waitingRow(b.c).waitFor({ timeout: 90_000 });
  await openFirst(b.c);
  await b.c.take();
  await b.c.say('换我来接着看。');
  await w.sees('换我来接着看');
});

service('somebody in danger: a page, a hold, and two people to end it', async ({ borrower, agent }) => {
  const a = await agent('zhou');
  const s = await agent('lin');
  const w = await borrower();
  await w.say('我不想活了，想结束自己的生命');
  await a.c.root.locator('[data-page]').waitFor({ timeout: 20_000 });
  await a.c.act('ack').click();
  await until('the page is gone', async () => (await a.c.root.locator('[data-page]').count()) === 0);
  await openFirst(a.c);
  await a.c.take();
  await a.c.root.locator('[data-hold=crisis] [data-act=unhold]').click();
  await a.c.root.locator('dialog input[name=reason]').fill('已和本人确认安全');
  await a.c.submit();
  await s.c.goto('requests');
  await s.c.act('approve').click({ timeout: 15_000 });
  await s.c.submit();
  await until('the hold has ended', async () => (await a.c.root.locator('[data-hold=crisis]').count()) === 0, 15_000);
});
