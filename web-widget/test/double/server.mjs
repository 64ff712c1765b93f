// A stand-in for the service that speaks its protocol, with switches for what a
// real network does to people: going away, refusing, forgetting, being slow.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { answerTo, day, eta, line } from './script.mjs';
import { words } from './words.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const types = { html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };
const csp = readFileSync(`${root}csp.txt`, 'utf8').trim().replace('{connect}', '').replace('{ancestors}', "'self'");
// A host's page has a policy of its own: as strict about scripts and styles, with frames, without Trusted Types.
const hostCsp = csp.replace(/; require-trusted-types-for.*/, "; frame-src 'self'");
const people = [
  { id: 'lin', name: '林悦', line: '刚没了工作，一期晚了九天', locale: 'zh-Hans' },
  { id: 'chen', name: '陳怡君', line: '忘記繳款', locale: 'zh-Hant-TW' },
  { id: 'wong', name: '黃志強', line: '想分期還款', locale: 'zh-Hant-HK' },
  { id: 'amy', name: 'Amy Reid', line: 'Paid already, still being asked', locale: 'en-GB' },
];

export class Double {
  constructor() {
    this.switches = { down: false, mute: false, readSeconds: 3, ttlMs: 3_600_000, echoOff: false, autoHello: true, sessionMs: 1_800_000 };
    this.chats = new Map();
    this.sessions = new Map();
    this.used = new Set();
    this.sockets = new Set();
    this.received = [];
    this.refuse = [];
    this.next = 1;
    this.days = 0;
    this.http = createServer((q, r) => void this.serve(q, r));
    this.ws = new WebSocketServer({ noServer: true, handleProtocols: () => 'warmline.v1', maxPayload: 1 << 20 });
    this.http.on('upgrade', (q, s, h) => this.upgrade(q, s, h));
  }

  async listen(port = 0) {
    await new Promise((done) => this.http.listen(port, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${this.http.address().port}`;
    return this.url;
  }

  async close() {
    this.drop(1001);
    this.http.closeAllConnections();
    await new Promise((done) => this.http.close(done));
  }

  chat(id) {
    if (!this.chats.has(id)) {
      const p = people.find((x) => x.id === id);
      this.chats.set(id, { id, log: [], high: new Map(), acks: new Map(), locale: p?.locale ?? 'en-GB', owner: 'bot', agent: '', eta: '' });
    }
    return this.chats.get(id);
  }

  /** Closes every socket. */
  drop(code, reason = '') {
    for (const c of this.sockets) code ? c.socket.close(code, reason) : c.socket.terminate();
  }

  /** Adds a message to a chat and pushes it. */
  commit(chat, m) {
    const full = { seq: chat.log.length + 1, id: `m${chat.log.length + 1}`, speaker: 'bot', at: new Date().toISOString(), day: day(chat.locale), time: '10:03', channel: 'web', ...m };
    chat.log.push(full);
    for (const c of this.sockets) if (c.chat === chat && c.sent === full.seq - 1) this.push(c);
    return full;
  }

  push(c) {
    for (; c.sent < c.chat.log.length; c.sent++) {
      const { level = 0, ...m } = c.chat.log[c.sent];
      const { text, card, options, ...bare } = m;
      this.send(c, { t: 'msg', m: level > c.session.level ? { ...bare, hidden: true } : m });
    }
  }

  say(id, kind) {
    const chat = this.chat(id);
    return this.commit(chat, line(kind, chat.locale, { readSeconds: this.switches.readSeconds, expires: new Date(Date.now() + this.switches.ttlMs).toISOString() }));
  }

  send(c, f) {
    if (!this.switches.mute && c.socket.readyState === 1) c.socket.send(JSON.stringify(f));
  }

  state(chat) {
    for (const c of this.sockets)
      if (c.chat === chat) this.send(c, { t: 'state', owner: chat.owner, agent: chat.agent, level: c.session.level, eta: chat.eta, locale: chat.locale });
  }

  upgrade(q, socket, head) {
    const token = (q.headers['sec-websocket-protocol'] ?? '').split(',').map((s) => s.trim()).find((s) => s.startsWith('s.'));
    if (this.switches.down) return socket.destroy();
    this.ws.handleUpgrade(q, socket, head, (ws) => {
      const session = this.sessions.get(token?.slice(2));
      if (!session) return ws.close(4001, 'session');
      const c = { socket: ws, session, chat: this.chat(session.borrower), sent: Infinity };
      this.sockets.add(c);
      ws.on('message', (data) => this.receive(c, JSON.parse(String(data))));
      ws.on('close', () => this.sockets.delete(c));
    });
  }

  receive(c, f) {
    this.received.push({ borrower: c.chat.id, ...f });
    if (this.switches.mute) return;
    if (f.t === 'ping') return this.send(c, { t: 'pong' });
    if (f.t === 'hello') return this.hello(c, f);
    if (f.t === 'text' || f.t === 'tap') this.take(c, f);
  }

  hello(c, f) {
    c.device = f.device;
    c.sent = f.after;
    const { owner, agent, locale, log } = c.chat;
    if (log.length === 0 && this.switches.autoHello) this.say(c.chat.id, 'hello');
    this.send(c, { t: 'ready', level: c.session.level, expires_at: c.session.expires, seq: log.length, owner, agent, locale, now: new Date().toISOString() });
    this.push(c);
  }

  take(c, f) {
    const { chat } = c;
    const key = `${c.device}:${f.n}`;
    const refused = this.refuse.shift();
    if (refused) return this.send(c, { t: 'nack', n: f.n, id: f.id, ...refused });
    if (f.n <= (chat.high.get(c.device) ?? 0)) return this.send(c, chat.acks.get(key) ?? { t: 'ack', n: f.n, id: f.id, seq: chat.log.length });
    chat.high.set(c.device, f.n);
    const ack = { t: 'ack', n: f.n, id: f.id, seq: chat.log.length + 1 };
    chat.acks.set(key, ack);
    if (f.option?.startsWith('language:')) chat.locale = f.option.slice(9);
    else this.commit(chat, { speaker: 'borrower', text: f.text ?? this.label(chat, f.option), client: f.id, ...(f.t === 'tap' ? { options: [{ id: f.option, label: '' }] } : {}) });
    this.send(c, ack);
    if (!this.switches.echoOff) this.answer(c, chat, f);
  }

  label(chat, id) {
    for (const m of [...chat.log].reverse()) {
      const o = m.options?.find((x) => x.id === id);
      if (o) return o.label;
    }
    return words(chat.locale).human_button;
  }

  answer(c, chat, f) {
    if (chat.owner === 'agent') return;
    const kind = answerTo(f);
    this.send(c, { t: 'typing', who: 'bot', on: true });
    setTimeout(() => {
      if (kind === 'human') return this.handOver(chat);
      if (kind === 'language') this.state(chat);
      const private_ = ['balance', 'plans', 'confirm', 'submitted'].includes(kind);
      if (private_ && c.session.level < 2) {
        c.session.after = kind;
        return void this.say(chat.id, 'identity');
      }
      this.say(chat.id, kind);
    }, 120);
  }

  handOver(chat) {
    Object.assign(chat, { owner: 'queue', eta: eta(chat.locale) });
    this.say(chat.id, 'queued');
    this.state(chat);
  }

  /** An agent takes the chat and says a word. */
  join(id) {
    const chat = this.chat(id);
    Object.assign(chat, { owner: 'agent', agent: chat.locale.startsWith('zh') ? '小周' : 'Zhou', eta: '' });
    this.state(chat);
    this.say(id, 'joined');
    this.say(id, 'agent');
  }

  open(borrower, level) {
    const session = `s${this.next++}-${Math.random().toString(36).slice(2)}`;
    const s = { session, borrower, level, expires: new Date(Date.now() + this.switches.sessionMs).toISOString() };
    this.sessions.set(session, s);
    return s;
  }

  info(s) {
    return { session: s.session, expires_at: s.expires, level: s.level, locale: this.chat(s.borrower).locale };
  }

  async serve(q, r) {
    const url = new URL(q.url, 'http://x');
    const body = q.method === 'POST' ? await read(q) : {};
    const json = (value, status = 200) => {
      r.writeHead(status, { 'Content-Type': 'application/json' });
      r.end(JSON.stringify(value));
    };
    if (url.pathname.startsWith('/v1/') && this.switches.down) return json({ error: { code: 'unavailable' } }, 503);
    const route = this.routes(url, body, q, json)[`${q.method} ${url.pathname}`];
    if (route) return route();
    return this.file(url.pathname, r);
  }

  routes(url, body, q, json) {
    const bearer = () => this.sessions.get((q.headers.authorization ?? '').replace('Bearer ', ''));
    const refused = () => json({ error: { code: 'unauthenticated', text: '' } }, 401);
    return {
      'GET /v1/labels': () => json({ locale: url.searchParams.get('locale'), labels: words(url.searchParams.get('locale')) }),
      'POST /v1/session': () => {
        const claims = this.burn(body.token);
        return claims ? json(this.info(this.open(claims.sub, claims.level))) : refused();
      },
      'POST /v1/session/renew': () => {
        const s = bearer();
        if (!s) return refused();
        s.expires = new Date(Date.now() + this.switches.sessionMs).toISOString();
        return json(this.info(s));
      },
      'POST /v1/session/step-up': () => {
        const s = bearer();
        const claims = this.burn(body.token);
        if (!s || claims?.sub !== s.borrower) return refused();
        s.level = claims.level;
        json(this.info(s));
        this.state(this.chat(s.borrower));
        if (s.after) this.say(s.borrower, s.after);
        s.after = undefined;
      },
      'DELETE /v1/session': () => {
        const s = bearer();
        if (s) this.sessions.delete(s.session);
        return json({});
      },
      'GET /demo/borrowers': () => json(people),
      'GET /demo/state': () => json({ date: '2026-11-21', day: `2026年11月${21 + this.days}日`, wallet: { balance: '¥1,204.50', rows: [{ label: '本期应还', value: '¥827.71' }, { label: '到期日', value: '11月12日' }, { label: '未到期', value: '¥1,600.00' }] } }),
      'POST /demo/clock': () => ((this.days += body.days), json({})),
      'POST /demo/payment': () => (this.say(body.borrower, 'receipt'), json({})),
      'POST /demo/token': () => json({ token: token(body.borrower, body.level) }),
    };
  }

  burn(t) {
    try {
      const claims = JSON.parse(Buffer.from(t.split('.')[1], 'base64url'));
      if (this.used.has(claims.jti)) return undefined;
      this.used.add(claims.jti);
      return claims;
    } catch {
      return undefined;
    }
  }

  file(path, r) {
    const name = path === '/' ? 'dist/demo.html' : path.startsWith('/host') ? `test/browser/pages${path}.html` : `dist${path}`;
    try {
      const data = readFileSync(root + name.replaceAll('..', ''));
      const ext = name.split('.').pop();
      r.writeHead(200, { 'Content-Type': types[ext] ?? 'application/octet-stream', ...(ext === 'html' ? { 'Content-Security-Policy': path.startsWith('/host') ? hostCsp : csp } : {}) });
      r.end(data);
    } catch {
      r.writeHead(404);
      r.end();
    }
  }
}

/** A wallet token as the wallet would sign it; the double checks no signature. */
export function token(sub, level) {
  const claims = { iss: 'wallet', sub, level, aud: 'warmline', jti: Math.random().toString(36).slice(2), exp: Math.floor(Date.now() / 1000) + 300 };
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.sig`;
}

async function read(q) {
  let text = '';
  for await (const chunk of q) text += chunk;
  return text ? JSON.parse(text) : {};
}
