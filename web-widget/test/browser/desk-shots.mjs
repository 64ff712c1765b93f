// Takes the pictures of the console in docs/, from the double: npm run shots:desk
import { chromium } from 'playwright-core';
import { fileURLToPath } from 'node:url';
import { DeskDouble } from '../double/desk.mjs';
import { console_ } from './desk.mjs';
import { openPage } from './lib.mjs';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const office = new DeskDouble();
const url = await office.listen();
const browser = await chromium.launch({ executablePath: process.env.WARMLINE_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });

/** Somebody's console, signed in, and how to take its picture. */
async function at(user, more = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 820 }, locale: 'zh-CN', colorScheme: 'light', reducedMotion: 'reduce', ...more });
  const page = await openPage(context, `${url}/desk`, []);
  const c = console_(page);
  await c.root.locator('input[name=user]').waitFor();
  const shot = async (name) => {
    await page.mouse.move(640, 2);
    await page.waitForTimeout(500);
    await page.screenshot({ path: `${docs}desk-${name}.png` });
  };
  if (user) await c.signIn(user);
  return { page, c, shot, close: () => context.close() };
}

try {
  const gate = await at('');
  await gate.shot('signin');
  const s = await at('lin');
  for (const place of ['board', 'settings']) {
    await s.c.goto(place);
    await s.c.root.locator(place === 'board' ? '.uplot' : '.sheet').first().waitFor();
    await s.shot(place);
  }
  const he = await at('he');
  await he.c.goto('audit');
  await he.shot('audit');
  const z = await at('zhou');
  await z.c.open('c1');
  await z.c.take();
  await z.c.say('您好，我是小周。前面的内容我都看过了。');
  await z.c.log.getByText('我都看过了').waitFor();
  await z.c.root.locator('#tab-account').click();
  await z.shot('chat');
  await z.page.setViewportSize({ width: 768, height: 1000 });
  await z.shot('narrow');
  const k = await at('wong', { colorScheme: 'dark' });
  await k.c.open('c2');
  office.page('c7');
  await k.shot('dark');
  await k.c.act('ack').click();
  await k.c.open('c7');
  await k.c.take();
  await k.c.root.locator('[data-hold=crisis] [data-act=unhold]').click();
  await k.c.root.locator('dialog input[name=reason]').fill('已和本人确认安全');
  await k.c.submit();
  await s.c.goto('requests');
  await s.c.act('approve').waitFor();
  await s.shot('requests');
} finally {
  await browser.close();
  await office.close();
}
