// Builds dist/ from src/: one self-contained script for each page, the pages
// themselves and their styles. The same source gives the same bytes.
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = `${root}dist`;

const entries = [
  { name: 'warmline-chat', file: 'src/widget/index.ts' },
  { name: 'demo', file: 'src/demo/index.ts' },
  { name: 'desk', file: 'src/desk/index.ts' },
].filter((e) => existsSync(root + e.file));

await rm(dist, { recursive: true, force: true });
await mkdir(dist);
for (const { name, file } of entries) {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      outDir: dist,
      emptyOutDir: false,
      target: ['es2022', 'safari16.4'],
      cssTarget: 'safari16.4',
      modulePreload: false,
      reportCompressedSize: false,
      rolldownOptions: {
        input: root + file,
        output: {
          format: 'iife',
          entryFileNames: `${name}.js`,
          assetFileNames: `${name}.[ext]`,
          codeSplitting: false,
        },
      },
    },
  });
}
for (const folder of ['src/demo', 'src/desk']) {
  if (!existsSync(root + folder)) continue;
  for (const f of await readdir(root + folder)) {
    if (/\.(html|css|svg)$/.test(f)) await cp(`${root}${folder}/${f}`, `${dist}/${f}`);
  }
}
