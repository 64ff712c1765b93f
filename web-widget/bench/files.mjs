// The files that both sides learn from and are tested on.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** examples reads the example files of a language as {text, category}; see bot/understand/examples.go. */
export function examples(dir) {
  const out = [];
  for (const name of readdirSync(dir).filter((n) => n.endsWith('.txt')).sort()) {
    const named = name.startsWith('_') || name.startsWith('extra-') ? '' : name.slice(0, -'.txt'.length);
    for (const line of readFileSync(join(dir, name), 'utf8').split(/\r?\n/)) {
      if (line === '' || line.startsWith('#')) continue;
      const cells = line.split('\t');
      const category = named || (cells[1] ?? '').trim();
      if (cells[0] && category) out.push({ text: cells[0], category });
    }
  }
  return out;
}

/** heldOut says whether a text is kept for the test: one in five, by its own characters, so that adding lines moves no other. */
export function heldOut(text) {
  let h = 0x811c9dc5;
  for (const byte of Buffer.from(text)) h = Math.imul(h ^ byte, 0x01000193) >>> 0;
  return (h >>> 8) % 5 === 0;
}

/** split keeps one text in five for the test; a text that stands twice is on one side only. */
export function split(rows) {
  return { train: rows.filter((r) => !heldOut(r.text)), test: rows.filter((r) => heldOut(r.text)) };
}

const cell = (s) => `"${s.replaceAll('"', '""')}"`;

/** writeCSV writes text,category with a header. */
export function writeCSV(path, rows) {
  writeFileSync(path, ['text,category', ...rows.map((r) => `${cell(r.text)},${cell(r.category)}`)].join('\n') + '\n');
}

/** readCSV reads text,category with a header, in either order of columns, quoted where need be. */
export function readCSV(path) {
  const [header, ...rows] = parse(readFileSync(path, 'utf8'));
  const text = header.indexOf('text');
  const category = header.indexOf('category');
  if (text < 0 || category < 0) throw new Error(`${path}: expected a header with text and category`);
  return rows.map((r) => ({ text: r[text], category: r[category] }));
}

function parse(source) {
  const rows = [];
  let row = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < source.length; i++) {
    const c = source[i];
    if (quoted) {
      if (c !== '"') field += c;
      else if (source[i + 1] === '"') field += source[++i];
      else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ',') row.push(field), (field = '');
    else if (c === '\n') rows.push([...row, field]), (row = []), (field = '');
    else if (c !== '\r') field += c;
  }
  if (field !== '' || row.length > 0) rows.push([...row, field]);
  return rows;
}

/** shuffled returns the rows in another order, the same each time. */
export function shuffled(rows) {
  const out = [...rows];
  let seed = 7;
  for (let i = out.length - 1; i > 0; i--) {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    const j = seed % (i + 1);
    [out[i], out[j]] = [out[j], out[i]];
  }
  return out;
}
