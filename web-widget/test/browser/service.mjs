import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** Starts the real service on a free port with data of its own. Returns its address and how to stop it. */
export async function startService() {
  const data = mkdtempSync(`${tmpdir()}/warmline-browser-`);
  const built = process.env.WARMLINE_BINARY; // a program built before, instead of the source
  const [command, ...args] = built ? [built, 'serve'] : ['go', 'run', './cmd/warmline', 'serve'];
  const child = spawn(command, args, {
    cwd: repository,
    detached: true, // so that the program behind "go run" can be stopped with it
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, WARMLINE_ADDR: '127.0.0.1:0', WARMLINE_DATA: data, WARMLINE_LOG: 'warn', WARMLINE_DESK_HOURS: 'always' },
  });
  const stop = async () => {
    const gone = new Promise((done) => child.once('exit', done));
    if (child.exitCode === null) {
      process.kill(-child.pid, 'SIGTERM');
      await Promise.race([gone, new Promise((done) => setTimeout(done, 15_000))]);
    }
    rmSync(data, { recursive: true, force: true });
  };
  let said = '';
  const url = await new Promise((done, fail) => {
    const take = (chunk) => {
      said += chunk;
      const ready = /ready on (http:\/\/\S+)/.exec(said);
      if (ready) done(ready[1]);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('exit', (code) => fail(new Error(`the service ended with ${code}:\n${said}`)));
    setTimeout(() => fail(new Error(`the service was not ready in 3 minutes:\n${said}`)), 180_000).unref();
  }).catch(async (err) => {
    await stop();
    throw err;
  });
  return { url, stop };
}
