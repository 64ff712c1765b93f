// People at both ends: a borrower's wallet with the widget in it, and the same
// borrower's phone with Telegram.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const WebSocket = require('ws');

/** Waits until something is so, as long as a slow machine may need, and returns it. */
export async function until(what, is, seconds = 60) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    const got = is();
    if (got) return got;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what} did not happen`);
}

/** The keys under a message of the bot. */
export const keys = (m) => m.message.reply_markup?.inline_keyboard?.flat() ?? [];

/** Whether a message holds any figure, as a person would read it. */
export const figures = (m) => /[0-9]/.test(m.message.text.replace(/&#?\w+;/g, ''));

/** A demo borrower's wallet: a session of level 2 over a real web socket. */
export class Wallet {
  messages = [];
  #n = 0;

  constructor(base, borrower) {
    this.base = base;
    this.borrower = borrower;
  }

  async #post(path, body) {
    const answer = await fetch(this.base + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    return answer.json();
  }

  async open() {
    const { token } = await this.#post('/demo/token', { borrower: this.borrower, level: 2 });
    const { session } = await this.#post('/v1/session', { token });
    this.ws = new WebSocket(this.base.replace('http', 'ws') + '/v1/chat', ['warmline.v1', `s.${session}`]);
    this.ws.on('message', (raw) => {
      const frame = JSON.parse(raw);
      if (frame.t === 'msg') this.messages.push(frame.m);
    });
    await new Promise((resolve) => this.ws.on('open', resolve));
    this.ws.send(JSON.stringify({ t: 'hello', after: 0, device: `wallet-${this.borrower}`, open: true }));
    await until('a greeting in the wallet', () => this.messages.length > 0);
    return this;
  }

  /** The newest button of an id. */
  option(id) {
    return this.messages.flatMap((m) => m.options ?? []).findLast((o) => o.id === id);
  }

  tap(option) {
    const seen = Math.max(0, ...this.messages.map((m) => m.seq));
    this.#n++;
    this.ws.send(JSON.stringify({ t: 'tap', n: this.#n, id: `w${this.#n}`, option, seen }));
  }

  /** Asks for a link to Telegram and returns its one-time token. */
  async link() {
    const before = this.option('connect_telegram')?.url;
    this.tap('connect_telegram');
    const { url } = await until('a link to Telegram', () => {
      const o = this.option('connect_telegram');
      return o?.url && o.url !== before && o;
    });
    return new URL(url).searchParams.get('start');
  }

  /** Lets the amounts that the chat asked for be shown there. */
  async approve() {
    await until('being asked in the wallet', () => this.option('approve_telegram'));
    this.tap('approve_telegram');
  }
}

/** Somebody's Telegram, at a foreign emulator. */
export class Phone {
  constructor(emulator, token, id, languageCode) {
    this.emulator = emulator;
    this.id = id;
    this.client = emulator.getClient(token, { userId: id, chatId: id, firstName: 'Ann', languageCode, timeout: 60_000 });
  }

  /** Everything that the bot sent to this chat. */
  all() {
    return this.emulator.storage.botMessages.filter((m) => String(m.message.chat_id) === String(this.id));
  }

  /**
   * Says something, or presses a key, and waits for a new message: one with some
   * words or one that is as a function wants it; with neither, for the newest
   * once none has come for a while.
   */
  async #after(act, wanted) {
    const before = Math.max(0, ...this.all().map((m) => m.messageId)); // what is taken back is gone from the list
    await act();
    const fresh = () => this.all().filter((m) => m.messageId > before);
    const is = typeof wanted === 'function' ? wanted : (m) => m.message.text.includes(wanted ?? '');
    const found = await until(`"${wanted ?? 'an answer'}" in chat ${this.id}`, () => fresh().findLast(is));
    if (wanted) return found;
    for (let n = 0; n < fresh().length; await new Promise((resolve) => setTimeout(resolve, 1000))) n = fresh().length;
    return fresh().at(-1);
  }

  say(text, wanted) {
    return this.#after(() => this.client.sendMessage(this.client.makeMessage(text)), wanted);
  }

  command(text, wanted) {
    return this.#after(() => this.client.sendCommand(this.client.makeCommand(text)), wanted);
  }

  /** Presses a key under a message, as it was when it was sent. */
  tap(message, label) {
    const key = keys(message).find((k) => k.text.includes(label));
    if (!key) throw new Error(`no key "${label}" among ${keys(message).map((k) => k.text)}`);
    const shown = { message_id: message.messageId, chat: { id: this.id, type: 'private' }, date: Math.floor(Date.now() / 1000), text: message.message.text };
    return this.client.sendCallback(this.client.makeCallbackQuery(key.callback_data, { message: shown }));
  }

  press(message, label, wanted) {
    return this.#after(() => this.tap(message, label), wanted);
  }

  /** Waits for a message that something done elsewhere brings. */
  sees(act, wanted) {
    return this.#after(act, wanted);
  }
}
