// Talks to the real program through somebody else's Telegram emulator: npm run
// test:telegram. Beside our own strict double this shows that the bot is
// understood by a server that we did not write.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import assert from 'node:assert/strict';

const require = createRequire(import.meta.url);
const TelegramServer = require('telegram-test-api');
const express = require('express');

const token = '123456:emulator';
const app = express();
const methods = [];

// The emulator reads JSON and forms; the bot's library sends multipart forms.
function fieldsOf(body, type) {
  const mark = /boundary=(.+)$/.exec(type)?.[1];
  const fields = {};
  for (const part of body.toString('utf8').split(`--${mark}`)) {
    const gap = part.indexOf('\r\n\r\n');
    const name = /name="([^"]+)"/.exec(part.slice(0, gap))?.[1];
    if (gap > 0 && name) fields[name] = valueOf(part.slice(gap + 4).replace(/\r\n$/, ''));
  }
  return fields;
}

const valueOf = (text) => (/^([[{]|true$|false$|-?\d+$)/.test(text) ? JSON.parse(text) : text);

function waitForUser(ms, next) {
  if (emulator.storage.userMessages.some((u) => !u.isRead)) return next();
  const events = ['AddedUserMessage', 'AddedUserCallbackQuery', 'AddedUserCommand'];
  const done = () => {
    clearTimeout(timer);
    for (const e of events) emulator.off(e, soon);
    next();
  };
  const soon = () => setTimeout(done, 5);
  const timer = setTimeout(done, ms);
  for (const e of events) emulator.once(e, soon);
}

const listen = (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
const api = createServer(app);
const apiPort = await listen(api);
const emulator = new TelegramServer({ host: '127.0.0.1', port: apiPort });

app.use((req, res, next) => {
  methods.push(req.url.slice(req.url.lastIndexOf('/') + 1));
  const chunks = [];
  req.on('data', (c) => chunks.push(c)).on('end', () => {
    const body = Buffer.concat(chunks);
    const type = req.headers['content-type'] ?? '';
    req.body = type.includes('multipart') ? fieldsOf(body, type) : JSON.parse(body.toString() || '{}');
    req._body = true;
    if (!req.url.endsWith('/getUpdates')) return next();
    waitForUser(Math.min(Number(req.body.timeout ?? 0), 2) * 1000, next);
  });
});
app.use(emulator.webServer);

const free = createServer();
const port = await listen(free);
await new Promise((resolve) => free.close(resolve));

const data = mkdtempSync(join(tmpdir(), 'warmline-telegram-'));
const program = spawn(process.env.WARMLINE_BINARY ?? 'go', process.env.WARMLINE_BINARY ? ['serve'] : ['run', './cmd/warmline', 'serve'], {
  cwd: new URL('../../..', import.meta.url),
  detached: true,
  stdio: ['ignore', 'pipe', 'inherit'],
  env: {
    ...process.env, WARMLINE_ADDR: `127.0.0.1:${port}`, WARMLINE_DATA: data, WARMLINE_LOG: 'error',
    WARMLINE_TELEGRAM_TOKEN: token, WARMLINE_TELEGRAM_API: `http://127.0.0.1:${apiPort}`,
  },
});

async function until(what, is) {
  for (let i = 0; i < 600; i++) {
    const got = is();
    if (got) return got;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what} did not happen`);
}

const person = emulator.getClient(token, { userId: 77, chatId: 77, firstName: 'Ann', languageCode: 'en', timeout: 10_000 });
const said = () => emulator.storage.botMessages.map((m) => m.message.text);
async function run() {
  await until('the bot asking for updates', () => methods.includes('getUpdates'));
  await person.sendMessage(person.makeMessage('/start'));
  await until('a greeting', () => said().length > 0);
  assert.ok(said().every((text) => !/[0-9]/.test(text)), 'a stranger is told a number');
  const before = said().length;
  await person.sendMessage(person.makeMessage('/privacy'));
  await until('the privacy notice', () => said().length > before);
  await person.sendMessage(person.makeMessage('/language'));
  const keys = (m) => m.message.reply_markup?.inline_keyboard?.flat() ?? [];
  const menu = await until('the languages', () => emulator.storage.botMessages.find((m) => keys(m).some((k) => k.text === '简体中文')));
  const key = keys(menu).find((k) => k.text === '简体中文');
  assert.ok(key.callback_data.length <= 64);
  await person.sendCallback(person.makeCallbackQuery(key.callback_data, {
    message: { message_id: menu.messageId, chat: { id: 77, type: 'private' }, date: Math.floor(Date.now() / 1000), text: menu.message.text },
  }));
  await until('the answer in Chinese', () => said().some((text) => text.includes('简体中文')));
  await until('the tap being answered', () => methods.includes('answerCallbackQuery'));
  assert.ok(['setMyCommands', 'sendChatAction', 'getMe'].some((m) => methods.includes(m)));
}

try {
  await run();
  console.log(`ok    talked through the emulator: ${said().length} messages`);
} catch (err) {
  console.error(`FAIL  ${err.stack ?? err}\nsaid: ${JSON.stringify(said())}\ncalled: ${methods.join(' ')}`);
  process.exitCode = 1;
} finally {
  try {
    process.kill(-program.pid, 'SIGTERM');
  } catch {
    process.exitCode = 1; // it had ended before
  }
  await new Promise((resolve) => (program.exitCode === null ? program.once('exit', resolve) : resolve()));
  api.closeAllConnections();
  api.close();
  rmSync(data, { recursive: true, force: true });
  process.exit();
}
