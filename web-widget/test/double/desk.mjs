// A stand-in for the desk's server: one small office kept in memory, with the
// shapes of the real answers. For looking at the console and for its tests.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import * as office from './office.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const types = { html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };
const csp = readFileSync(`${root}csp.txt`, 'utf8').trim().replace('{connect}', '').replace('{ancestors}', "'none'");
const prefix = '/desk/api';

export class DeskDouble {
  constructor() {
    this.people = office.people();
    this.chats = new Map(office.chats().map((c) => [c.row.chat, c]));
    this.requests = [];
    this.workplace = office.workplace();
    this.pages = [];
    this.sessions = new Map();
    this.sockets = new Set();
    this.seen = new Set();
    this.down = false;
    this.http = createServer((q, r) => void this.serve(q, r));
    this.ws = new WebSocketServer({ noServer: true, handleProtocols: () => 'warmline.desk.v1' });
    this.http.on('upgrade', (q, s, h) => this.upgrade(q, s, h));
  }

  async listen(port = 0) {
    await new Promise((done) => this.http.listen(port, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${this.http.address().port}`;
    return this.url;
  }

  async close() {
    for (const c of this.sockets) c.socket.terminate();
    this.http.closeAllConnections();
    await new Promise((done) => this.http.close(done));
  }

  who(q) {
    const id = /(?:^|; )desk=(\w+)/.exec(q.headers.cookie ?? '')?.[1];
    return this.sessions.get(id);
  }

  upgrade(q, socket, head) {
    const me = this.who(q);
    if (this.down || !me) return socket.destroy();
    this.ws.handleUpgrade(q, socket, head, (ws) => {
      const c = { socket: ws, me, watching: new Map() };
      this.sockets.add(c);
      ws.on('message', (d) => this.receive(c, JSON.parse(String(d))));
      ws.on('close', () => this.sockets.delete(c));
    });
  }

  send(c, f) {
    if (c.socket.readyState === 1) c.socket.send(JSON.stringify(f));
  }

  all(make) {
    for (const c of this.sockets) this.send(c, make(c));
  }

  receive(c, f) {
    const now = new Date().toISOString();
    if (f.t === 'hello') this.send(c, { t: 'ready', now, me: this.me(c.me), rows: this.rows(), counts: this.counts(c.me), pages: this.pages, requests: this.requests.filter((r) => r.state === 'open').length });
    if (f.t === 'ping') this.send(c, { t: 'pong', now });
    if (f.t === 'watch') {
      c.watching.set(f.chat, f.after);
      this.push(this.chats.get(f.chat));
    }
    if (f.t === 'unwatch') c.watching.delete(f.chat);
    if (f.t === 'check') this.send(c, { t: 'check', n: f.n, findings: office.check(f.text) });
    if (f.t === 'viewing')
      for (const o of this.sockets)
        if (o !== c && o.watching.has(f.chat)) this.send(o, { t: 'viewers', chat: f.chat, viewers: [{ id: c.me.id, name: c.me.name, replying: f.replying }] });
  }

  me(p) {
    return { ...p, load: this.rows().filter((r) => r.agent === p.id && r.owner === 'agent').length, csrf: `w-${p.id}`, now: new Date().toISOString() };
  }

  rows() {
    return [...this.chats.values()].map((c) => c.row);
  }

  counts(me) {
    const n = (f) => this.rows().filter(f).length;
    return { mine: n((r) => r.agent === me.id), waiting: n((r) => r.owner === 'queue'), team: n((r) => r.queue !== 'legal'), all: this.chats.size, mentioned: n((r) => r.mentioned), snoozed: 0, p0: this.pages.length };
  }

  /** Adds a line to a chat and tells everybody who watches it. */
  commit(chat, m) {
    const last = chat.messages.at(-1)?.seq ?? 0;
    chat.messages.push({ seq: last + 1, id: `m${last + 1}`, at: new Date().toISOString(), day: office.today, time: '14:32', channel: 'web', ...m });
    chat.row = { ...chat.row, seq: last + 1, revision: chat.row.revision + 1 };
    this.push(chat);
    this.tell(chat);
    return last + 1;
  }

  push(chat) {
    for (const c of this.sockets) {
      if (!c.watching.has(chat.row.chat)) continue;
      for (const m of chat.messages.filter((x) => x.seq > c.watching.get(chat.row.chat))) this.send(c, { t: 'msg', chat: chat.row.chat, m });
      c.watching.set(chat.row.chat, chat.messages.at(-1)?.seq ?? 0);
    }
  }

  tell(chat) {
    this.all((c) => ({ t: 'rows', rows: [chat.row], gone: [], counts: this.counts(c.me) }));
    for (const c of this.sockets)
      if (c.watching.has(chat.row.chat)) {
        this.send(c, { t: 'chat', chat: chat.row.chat, chat_state: this.chat(chat, c.me) });
        this.send(c, { t: 'context', chat: chat.row.chat });
      }
  }

  chat(c, me) {
    const mine = c.row.owner === 'agent' && c.row.agent === me.id;
    const reads = me.role === 'compliance';
    const may = { claim: !mine && c.row.owner !== 'agent' && !reads, takeover: c.row.owner === 'agent' && !mine && me.role === 'supervisor', note: true };
    for (const a of ['say', 'redact', 'release', 'transfer', 'close', 'offer', 'grant', 'case', 'pay_link', 'step_up', 'snooze', 'hold', 'unhold']) may[a] = mine;
    return {
      row: c.row, mine, may, level: c.locked ? 0 : 2, locked: c.locked, first_seq: 1, last_seq: c.messages.at(-1)?.seq ?? 0, drafts: { reply: '', note: '' }, viewers: [],
      requests: this.requests.filter((r) => r.chat === c.row.chat).map((r) => this.request(r, me)), two_people: ['crisis'], outcomes: office.outcomes, queues: office.queues,
      agents: this.people.filter((p) => p.role === 'agent').map((p) => ({ id: p.id, name: p.name, status: p.status, load: 1, cap: 5 })),
    };
  }

  request(r, me) {
    return { ...r, mine: r.by === me.id, may_decide: r.by !== me.id && (me.role === 'supervisor' || r.kind === 'unhold') && r.state === 'open' };
  }

  async serve(q, r) {
    const url = new URL(q.url, 'http://x');
    const text = q.method === 'GET' ? '' : await read(q);
    const json = (value, status = 200, head = {}) => {
      r.writeHead(status, { 'Content-Type': 'application/json', ...head });
      r.end(status === 204 ? '' : JSON.stringify(value));
    };
    const no = (status, code, name = '', more = {}) => json({ error: { code, name, text: name, ...more } }, status);
    if (!url.pathname.startsWith(prefix)) return this.file(url.pathname, r);
    if (this.down) return q.socket.destroy();
    const path = url.pathname.slice(prefix.length);
    const body = text ? JSON.parse(text) : {};
    if (path === '/login') {
      const p = this.people.find((x) => x.id === body.user && body.password === 'warmline-demo');
      if (!p) return no(401, 'unauthenticated', 'signin_wrong');
      const id = `s${Math.random().toString(36).slice(2)}`;
      this.sessions.set(id, p);
      return json(this.me(p), 200, { 'Set-Cookie': `desk=${id}; HttpOnly; SameSite=Strict; Path=/` });
    }
    const me = this.who(q);
    if (!me) return no(401, 'unauthenticated');
    if (q.method !== 'GET' && q.headers['x-csrf-token'] !== `w-${me.id}`) return no(403, 'forbidden');
    this.answer(q.method, path, url.searchParams, body, me, json, no);
  }

  answer(method, path, query, body, me, json, no) {
    const fixed = office.pages(this, me)[`${method} ${path}`];
    if (fixed) return json(fixed(body, query));
    const [, kind, id, what, more] = path.split('/');
    if (kind === 'settings') return this.setting(method, id, what, body, json, no);
    if (kind === 'requests') return this.decide(id, what, body, me, json, no);
    if (kind === 'pages') return this.ack(id, me, json);
    const c = this.chats.get(id);
    if (!c) return no(404, 'not_found');
    if (!what) return json(this.chat(c, me));
    if (what === 'messages') return json({ messages: piece(c.messages, query), first_seq: 1, last_seq: c.messages.length });
    if (what === 'context') return json(office.context(c));
    if (what === 'why') return json(office.why(Number(more)));
    if (what === 'suggest') return json(office.suggestions);
    if (what === 'price') return json({ allowed: Number(body.count ?? 4) <= 6, why: Number(body.count ?? 4) <= 6 ? '' : '最多6期', offer: office.offers[0] });
    if (what === 'reveal') return json({ text: '我的卡号是 6222 0212 3456 7890' });
    if (what === 'redact') return this.redact(c, body, json, no);
    if (['look', 'draft', 'snooze', 'legal-hold', 'erase'].includes(what)) return json(undefined, 204);
    return this.act(c, what, body, me, json, no);
  }

  act(c, what, body, me, json, no) {
    if (this.seen.has(body.id)) return json({ revision: c.row.revision, seq: c.row.seq, epoch: c.row.epoch, duplicate: true });
    const own = c.row.agent === me.id && c.row.owner === 'agent';
    if (what === 'claim' ? c.row.owner === 'agent' && me.role !== 'supervisor' : body.epoch !== c.row.epoch) return no(409, 'conflict', 'taken');
    if (what === 'say' && !own) return no(403, 'forbidden', 'not_owner');
    if (what === 'say') {
      const findings = office.check(body.text);
      if (findings.some((f) => f.severity === 'hard' || !body.override)) return no(422, 'findings', 'findings', { findings });
    }
    this.seen.add(body.id);
    const owner = (o) => (c.row = { ...c.row, ...o, epoch: c.row.epoch + 1 });
    const ask = (kind, text) => {
      const r = { id: `r${this.requests.length + 1}`, chat: c.row.chat, kind, what: text, reason: body.reason, by: me.id, by_name: me.name, at: new Date().toISOString(), state: 'open', fields: body };
      this.requests.push(r);
      this.all((o) => ({ t: 'request', request: this.request(r, o.me) }));
      this.tell(c);
      return json({ request: this.request(r, me) }, 202);
    };
    if (what === 'claim') owner({ owner: 'agent', agent: me.id, agent_name: me.name }), this.commit(c, { speaker: 'system', event: 'handoff.joined', text: `${me.name} 接手了对话` });
    if (what === 'release') owner({ owner: 'bot', agent: '', agent_name: '' }), this.commit(c, { speaker: 'system', event: 'handoff.left', text: `${me.name} 已离开，由机器人继续` });
    if (what === 'close') owner({ owner: 'closed', agent: '', agent_name: '' }), this.commit(c, { speaker: 'system', event: 'closed', text: '对话已结束' });
    if (what === 'say') this.commit(c, { speaker: 'human', name: me.display, by: me.id, text: body.text, delivered: true, mine: true });
    if (what === 'note') this.commit(c, { speaker: 'system', note: true, name: me.name, text: body.text });
    if (what === 'hold') c.holds.push(office.hold(body.kind, body.reason)), this.tell(c);
    if (what === 'unhold' && body.kind === 'crisis') return ask('unhold', '解除“人身安全”保护');
    if (what === 'unhold') (c.holds = c.holds.filter((h) => h.kind !== body.kind)), this.tell(c);
    if (what === 'request') return ask('grant', `延期 ${body.days ?? ''} 天`);
    if (what === 'grant' && Number(body.days) > 14) return no(403, 'forbidden', 'beyond_authority', { rule: { id: 'K-OFFER', text: '方案只取决于账户、项目和规则' } });
    json({ revision: c.row.revision, seq: c.row.seq, epoch: c.row.epoch, duplicate: false });
  }

  /** Words taken out of a line, as the server does it. */
  redact(c, body, json, no) {
    const m = c.messages.find((x) => x.seq === body.seq);
    const [from, to] = body.from || body.to ? [body.from, body.to] : [m.masked?.[0]?.from ?? 0, m.masked?.[0]?.to ?? 0];
    if (to <= from) return no(400, 'invalid', 'nothing_to_mask');
    m.text = m.text.slice(0, from) + '•'.repeat(to - from) + m.text.slice(to);
    m.tombstone = { reason: body.reason, by: 'zhou', at: new Date().toISOString() };
    this.all(() => ({ t: 'again', chat: c.row.chat, seq: m.seq }));
    json(undefined, 204);
  }

  setting(method, part, id, body, json, no) {
    const w = this.workplace;
    if (part === 'teams' && method === 'DELETE') w.teams = w.teams.filter((t) => t.id !== id);
    else if (part === 'teams') {
      const [from, to] = body.hours.split('-');
      if (body.hours !== 'always' && from >= to) return no(400, 'invalid', 'hours_order', { field: `teams.${id}.hours` });
      w.teams = [...w.teams.filter((t) => t.id !== id), { ...body, id }];
    }
    if (part === 'sla') w.sla = w.sla.map((t) => body.sla.find((x) => x.priority === t.priority) ?? t);
    if (part === 'slots') w.slots = body.slots;
    json(w);
  }

  decide(id, verdict, body, me, json, no) {
    const r = this.requests.find((x) => x.id === id);
    if (!r) return no(404, 'not_found');
    if (verdict !== 'withdraw' && !this.request(r, me).may_decide) return no(403, 'forbidden', 'second_decides');
    Object.assign(r, { state: { approve: 'approved', refuse: 'refused', withdraw: 'withdrawn' }[verdict], decided_by: me.id, note: body.note });
    const c = this.chats.get(r.chat);
    if (r.kind === 'unhold' && r.state === 'approved') c.holds = c.holds.filter((h) => h.kind !== r.fields.kind);
    this.all((o) => ({ t: 'request', request: this.request(r, o.me) }));
    this.tell(c);
    json(this.request(r, me));
  }

  /** Somebody is in danger: everybody's console calls. */
  page(chat) {
    const p = { ref: `p${this.pages.length + 1}`, chat, at: new Date(Date.now() - 40_000).toISOString(), tries: 2, to: ['林'], level: 'P0' };
    this.pages.push(p);
    this.all(() => ({ t: 'page', page: p }));
  }

  ack(ref, me, json) {
    const p = { ...this.pages.find((x) => x.ref === ref), by: me.id, acked_at: new Date().toISOString() };
    this.pages = this.pages.filter((x) => x.ref !== ref);
    this.all(() => ({ t: 'page_done', page: p }));
    json(p);
  }

  file(path, r) {
    const name = path === '/desk' ? 'desk.html' : path.split('/').at(-1);
    try {
      const data = readFileSync(`${root}dist/${name}`);
      r.writeHead(200, { 'Content-Type': types[name.split('.').at(-1)] ?? 'text/plain', ...(name.endsWith('.html') ? { 'Content-Security-Policy': csp } : {}) });
      r.end(data);
    } catch {
      r.writeHead(404).end();
    }
  }
}

function piece(messages, query) {
  const limit = Number(query.get('limit') ?? 200);
  if (query.has('before')) return messages.filter((m) => m.seq < Number(query.get('before'))).slice(-limit);
  return messages.filter((m) => m.seq > Number(query.get('after') ?? 0)).slice(0, limit);
}

async function read(q) {
  let text = '';
  for await (const part of q) text += part;
  return text;
}
