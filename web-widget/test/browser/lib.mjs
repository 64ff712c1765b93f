import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Double } from '../double/server.mjs';

export const tests = [];

/**
 * Registers a test. Each has a double and a browser context of its own, and
 * fails on any script error or breach of the content policy on its pages.
 */
export function test(name, body, options = {}) {
  tests.push({
    name,
    async run(browser) {
      const double = new Double();
      const url = await double.listen();
      const faults = [];
      const contexts = [];
      const person = async (more = {}) => {
        const context = await browser.newContext({ viewport: { width: 390, height: 844 }, ...options, ...more });
        contexts.push(context);
        return context;
      };
      const t = { double, url, person, faults, open: (context, path = '/') => openPage(context, url + path, faults) };
      try {
        await body(t);
        assert.deepEqual(faults, [], 'faults on the page');
      } catch (err) {
        await keep(name, contexts);
        throw err;
      } finally {
        await Promise.all(contexts.map((c) => c.close()));
        await double.close();
      }
    },
  });
}

export async function openPage(context, url, faults) {
  const page = await context.newPage();
  page.on('pageerror', (e) => faults.push(e.message));
  page.on('console', (m) => {
    const expected = /WebSocket|Failed to load resource/.test(m.text()); // what a lost network prints
    if (m.type() === 'error' && !expected) faults.push(m.text());
  });
  await page.goto(url);
  return page;
}

/** The widget on a page, by what a person would look for. */
export function widget(page) {
  const root = page.locator('warmline-chat');
  const w = {
    root,
    launcher: root.locator('.launcher'),
    field: root.locator('textarea'),
    log: root.locator('.log'),
    option: (id) => root.locator(`[data-option="${id}"]:not([aria-disabled=true])`).last(),
    action: (name) => root.locator(`[data-action="${name}"]`),
    async open() {
      await w.launcher.click();
      await w.field.waitFor();
      await w.link('open');
    },
    async say(text) {
      await w.field.fill(text);
      await w.field.press('Enter');
    },
    link: () => page.waitForFunction(() => document.querySelector('warmline-chat').shadowRoot.querySelector('.head p.on')),
    bubbles: () => root.locator('.bubble:not(.way)').allInnerTexts(),
    pending: () => root.locator('[data-pending]').count(),
    sees: (text) => root.getByText(text, { exact: false }).last().waitFor({ timeout: 15_000 }),
    async stepUp() {
      await w.option('step_up').click();
      await page.fill('#pin', '1234');
      await page.keyboard.press('Enter');
    },
  };
  return w;
}

/** Waits until something holds, and says what it was instead. */
export async function until(what, check, ms = 12_000) {
  const end = Date.now() + ms;
  for (;;) {
    const got = await check();
    if (got) return got;
    if (Date.now() > end) assert.fail(`not in ${ms} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 40));
  }
}

export const results = fileURLToPath(new URL('../../test-results/', import.meta.url));

async function keep(name, contexts) {
  mkdirSync(results, { recursive: true });
  const file = name.replace(/[^a-z0-9]+/gi, '-');
  const pages = contexts.flatMap((c) => c.pages());
  await Promise.all(pages.map((p, i) => p.screenshot({ path: `${results}${file}-${i}.png` }).catch(() => undefined)));
}
