import assert from 'node:assert/strict';
import { openPage, tests, until, widget } from './lib.mjs';
import { startService } from './service.mjs';

// The same pages against the real service. Its texts are its own business: these
// tests look for buttons, cards and who speaks.
tests.push({
  name: 'service: a borrower of the demo asks, steps up, reads, and gets a person',
  async run(browser) {
    const service = await startService();
    const faults = [];
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
    try {
      const page = await openPage(context, service.url, faults);
      const w = widget(page);
      await w.open();
      await w.root.locator('.group.bot').first().waitFor({ timeout: 15_000 });
      await w.option('step_up').waitFor();
      await w.stepUp();
      await until('the step-up is done', async () => (await w.option('step_up').count()) === 0);
      await w.say('欠多少');
      const card = w.root.locator('[data-card=balance]');
      await card.waitFor({ timeout: 15_000 });
      assert.ok((await card.locator('tr').count()) >= 3, 'the balance has its lines');
      await page.reload();
      await w.open();
      await until('locked again after a reload', async () => (await w.root.locator('.lock').count()) > 0);
      await w.action('menu').click();
      await w.root.locator('[data-locale=en-GB]').click();
      await until('the words are English', async () => (await w.root.locator('.root').getAttribute('lang')) === 'en-GB');
      await w.action('human').click();
      await until('the chat waits for a person', async () => (await w.action('human').count()) === 0, 15_000);
      assert.equal(await w.pending(), 0);
      assert.deepEqual(faults, []);
    } finally {
      await context.close();
      await service.stop();
    }
  },
});
