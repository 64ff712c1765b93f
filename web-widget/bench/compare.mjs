// Prints our understanding's figures beside @nlpjs/basic's, learned from and
// tested on the same files: our own examples (one text in five held out), and
// BANKING77 where BANKING77 names a folder with its train.csv and test.csv.
// Each side runs in a process of its own. Usage: node compare.mjs PROGRAM
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { examples, split, writeCSV } from './files.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const program = process.argv[2];
if (!program) throw new Error('name the built program: node compare.mjs PROGRAM');
const scratch = mkdtempSync(join(tmpdir(), 'warmline-bench-'));

// run returns the JSON lines of a program; what it complains of is shown when it fails.
function run(command, args) {
  return execFileSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: 'pipe' })
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

function ours({ train, test }) {
  const lines = run(program, ['eval', 'understand', '--json', '--wrong', '--train', train, test]);
  const learned = lines.find((l) => l.kind === 'training');
  const summary = lines.find((l) => l.kind === 'understand');
  return { accuracy: summary.accuracy, nanos: summary.ns_per_item, resident: learned.resident_bytes, trainMillis: learned.train_ms, n: summary.n, learned: learned.examples };
}

function theirs({ language, train, test }) {
  return run(process.execPath, ['--no-warnings', '--expose-gc', join(here, 'nlpjs.mjs'), language, train, test]).at(-1);
}

/** sets lists the files to compare on, writing those of our own examples. */
function sets() {
  const out = [];
  for (const [locale, language] of [['en', 'en'], ['zh-Hans', 'zh'], ['zh-Hant', 'zh']]) {
    const parts = split(examples(join(here, '../../bot/understand/examples', locale)));
    const set = { name: `examples ${locale}`, language };
    for (const part of ['train', 'test']) {
      set[part] = join(scratch, `${locale}-${part}.csv`);
      writeCSV(set[part], parts[part]);
    }
    out.push(set);
  }
  const banking = process.env.BANKING77;
  if (banking) {
    const set = { name: 'BANKING77', language: 'en', train: join(banking, 'train.csv'), test: join(banking, 'test.csv') };
    for (const f of [set.train, set.test]) if (!existsSync(f)) throw new Error(`BANKING77: there is no ${f}`);
    out.push(set);
  }
  return out;
}

const rows = [['set', 'learned from', 'tested on', 'figure', 'warmline', '@nlpjs/basic', 'ratio']];
const add = (set, a, b) => {
  const head = [set.name, String(a.learned), String(a.n)];
  const figure = (name, x, y, show, ratio) => rows.push([...(head.length ? head.splice(0) : ['', '', '']), name, show(x), show(y), `${ratio.toFixed(2)} ×`]);
  // Below 1 × is better for time and memory, above 1 × for accuracy.
  figure('accuracy', a.accuracy, b.accuracy, (v) => v.toFixed(3), a.accuracy / b.accuracy);
  figure('time a message (median)', a.nanos, b.nanos, (v) => `${(v / 1000).toFixed(1)} µs`, a.nanos / b.nanos);
  figure('memory, trained', a.resident, b.resident, (v) => `${(v / 2 ** 20).toFixed(0)} MB`, a.resident / b.resident);
  figure('time to train', a.trainMillis, b.trainMillis, (v) => `${(v / 1000).toFixed(1)} s`, a.trainMillis / b.trainMillis);
};

try {
  for (const set of sets()) add(set, ours(set), theirs(set));
} finally {
  rmSync(scratch, { recursive: true });
}
const widths = rows[0].map((_, i) => Math.max(...rows.map((r) => r[i].length)));
for (const r of rows) console.log(r.map((c, i) => (i > 0 && i !== 3 ? c.padStart(widths[i]) : c.padEnd(widths[i]))).join('  '));
if (!process.env.BANKING77) console.log('BANKING77 was not measured: name its folder, BANKING77=DIR make bench');
