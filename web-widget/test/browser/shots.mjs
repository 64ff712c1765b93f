// Takes the pictures in docs/ from the real service: npm run shots
import { chromium } from 'playwright-core';
import { fileURLToPath } from 'node:url';
import { openPage, widget } from './lib.mjs';
import { startService } from './service.mjs';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const sizes = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5, hasTouch: true, isMobile: true },
  desktop: { viewport: { width: 1280, height: 860 } },
};

const service = await startService();
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  for (const [name, size] of Object.entries(sizes)) {
    const context = await browser.newContext({ ...size, colorScheme: 'light', reducedMotion: 'reduce' });
    const page = await openPage(context, service.url, []);
    const w = widget(page);
    await w.open();
    await w.option('step_up').waitFor({ timeout: 15_000 });
    await w.stepUp();
    await w.root.locator('[data-option=step_up].chosen').last().waitFor();
    await w.say('欠多少');
    await w.option('see_options').waitFor({ timeout: 15_000 });
    if (name === 'desktop') {
      await w.option('see_options').click();
      await w.root.locator('[data-card=plans]').last().waitFor({ timeout: 15_000 });
    }
    await page.mouse.move(2, 2);
    await w.root.evaluate((el) => el.shadowRoot.activeElement?.blur());
    await page.waitForTimeout(500);
    await page.screenshot({ path: `${docs}${name}.png` });
    await context.close();
  }
} finally {
  await browser.close();
  await service.stop();
}
