import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

// All that a host's page downloads for the widget is one file.
const budget = 30 * 1024;

it('ships in 30 KB', () => {
  const file = readFileSync(new URL('../../dist/warmline-chat.js', import.meta.url));
  expect(gzipSync(file, { level: 9 }).length).toBeLessThanOrEqual(budget);
});

it('names no other host', () => {
  const text = readFileSync(new URL('../../dist/warmline-chat.js', import.meta.url), 'utf8');
  const urls = [...text.matchAll(/https?:\/\/[a-z0-9.-]+/g)].map((m) => m[0]);
  expect(urls.filter((u) => u !== 'http://www.w3.org')).toEqual([]);
});
