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
import { Phone, Wallet, figures, keys, until } from './people.mjs';

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

// The emulator can delete one message at a time only, and takes the taps below
// it before the message itself.
function erase({ chat_id: chat, message_ids: ids }, res) {
  for (const id of ids) while (emulator.deleteMessage(Number(chat), Number(id)));
  res.json({ ok: true, result: true });
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
    if (req.url.endsWith('/deleteMessages')) return erase(req.body, res);
    if (!req.url.endsWith('/getUpdates')) return next();
    waitForUser(Math.min(Number(req.body.timeout ?? 0), 2) * 1000, next);
  });
});
app.use(emulator.webServer);

const data = mkdtempSync(join(tmpdir(), 'warmline-telegram-'));
const program = spawn(process.env.WARMLINE_BINARY ?? 'go', process.env.WARMLINE_BINARY ? ['serve'] : ['run', './cmd/warmline', 'serve'], {
  cwd: new URL('../../..', import.meta.url),
  detached: true,
  stdio: ['ignore', 'pipe', 'inherit'],
  env: {
    ...process.env, WARMLINE_ADDR: '127.0.0.1:0', WARMLINE_DESK_HOURS: 'always', WARMLINE_DATA: data, WARMLINE_LOG: 'error',
    WARMLINE_TELEGRAM_TOKEN: token, WARMLINE_TELEGRAM_API: `http://127.0.0.1:${apiPort}`,
  },
});

let base = '';
program.stdout.on('data', (chunk) => {
  base ||= /ready on (http:\/\/\S+)/.exec(chunk)?.[1] ?? '';
});
const said = () => emulator.storage.botMessages.map((m) => m.message.text);
const phone = (id, language) => new Phone(emulator, token, id, language);

// A stranger learns nothing, and the bot speaks their language.
async function stranger() {
  const person = phone(77, 'en');
  await person.command('/start');
  assert.ok(!person.all().some(figures), 'a stranger is told a number');
  await person.command('/privacy');
  const chinese = (k) => k.text === '简体中文';
  const menu = await person.command('/language', (m) => keys(m).some(chinese));
  const key = keys(menu).find(chinese);
  assert.ok(key.callback_data.length <= 64);
  await person.press(menu, '简体中文', (m) => /[\u4e00-\u9fff]/.test(m.message.text));
  await until('the tap being answered', () => methods.includes('answerCallbackQuery'));
}

// Linking, asking, approving in the wallet: no number before, covered ones after.
async function linked(borrower, id, language, ask, amount, covered) {
  const wallet = await new Wallet(base, borrower).open();
  const person = phone(id, language);
  await person.command(`/start ${await wallet.link()}`);
  await until('the chat being connected', () => wallet.messages.some((m) => m.channel === 'telegram'));
  await person.say(ask);
  assert.ok(!person.all().some(figures), `before the approval: ${JSON.stringify(person.all().map((m) => m.message.text))}`);
  const shown = await person.sees(() => wallet.approve(), amount);
  assert.match(shown.message.text, new RegExp(`^${covered}[^0-9]*<tg-spoiler>`), 'the first line tells too much');
  assert.ok([true, 'true'].includes(shown.message.protect_content), 'what is private can be forwarded');
  return { wallet, person, shown };
}

// A plan, from the balance to the lender's word, in Traditional Chinese.
async function plan() {
  const { person } = await linked('ho-siu-ling', 11, 'zh-hant', '我欠幾多', 'HK$1,135.83', '您要看的內容');
  const offers = await person.say('分期', '378.61');
  const card = await person.press(offers, '3期', '確認分期還款');
  const done = await person.press(card, '確認', 'ARR-');
  assert.match(done.message.text, /11月|12月/);
  const answered = () => methods.filter((m) => m === 'answerCallbackQuery').length;
  const before = answered();
  await person.tap(card, '確認');
  await until('an old button being answered', () => answered() > before);
  assert.ok(!person.all().some((m) => m.message.text.includes('ARR-1002')), 'an old button bound something');
  const last = await person.command('/unlink');
  await until('the amounts being taken back', () => !person.all().some((m) => m.message.text.includes('HK$')));
  assert.ok(!figures(last));
}

// Two accounts, a lost job, more time, in Simplified Chinese; then a person.
async function deferral() {
  const { person, shown } = await linked('chan-ka-wai', 12, 'zh-hans', '我还欠多少', '2个账户', '您要看的内容');
  await person.press(shown, '錢包分期');
  await person.say('丢了工作，想晚点还');
  await until('other ways', () => person.all().some((m) => /延|分期/.test(m.message.text) && keys(m).length > 1));
  await person.command('/human', '人工');
}

// Another phone takes over, in English; then nothing more is wanted.
async function moved() {
  const { wallet, person } = await linked('james-okafor', 13, 'en', 'how much do i owe', '£230.03', 'What you asked for');
  const other = phone(14, 'en');
  const token = await wallet.link();
  await person.sees(() => other.command(`/start ${token}`), 'another Telegram');
  const refused = await person.command(`/start ${token}`);
  assert.ok(!figures(refused), 'a used token tells something');
  await other.command('/stop');
}

// Where the platform is not allowed, linking says so.
async function mainland() {
  const wallet = await new Wallet(base, 'lin-yue').open();
  wallet.tap('connect_telegram');
  await until('being told why not', () => wallet.messages.some((m) => m.text?.includes('Telegram') && m.speaker === 'bot' && !m.options?.some((o) => o.url)));
  assert.ok(!wallet.option('connect_telegram')?.url);
}

async function run() {
  await until('the program being ready', () => base, 180);
  await until('the bot asking for updates', () => methods.includes('getUpdates'));
  for (const talk of [stranger, plan, deferral, moved, mainland]) {
    await talk();
    console.log(`ok    ${talk.name}`);
  }
  assert.ok(['setMyCommands', 'sendChatAction', 'getMe'].every((m) => methods.includes(m)));
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
