// Runs the browser tests in real Chromium: npm run test:browser [-- words of a name]
import { existsSync, readdirSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { tests } from './lib.mjs';

const path = process.env.WARMLINE_CHROMIUM ?? '/usr/bin/chromium';
if (!existsSync(path)) {
  console.error(`no Chromium at ${path}: install it, or name it in WARMLINE_CHROMIUM`);
  process.exit(1);
}
const here = new URL('.', import.meta.url);
for (const f of readdirSync(here).filter((n) => n.endsWith('.spec.mjs')).sort()) await import(new URL(f, here));

const filter = process.argv.slice(2).join(' ');
const browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox'] });
let failed = 0;
let passed = 0;
for (const { name, run } of tests.filter((t) => t.name.includes(filter))) {
  const started = Date.now();
  try {
    await run(browser);
    passed++;
    console.log(`ok    ${name} (${Date.now() - started} ms)`);
  } catch (err) {
    failed++;
    console.error(`FAIL  ${name}\n${err.stack ?? err}`);
  }
}
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
