import { randomId } from '../shared/ids';
import { ApiError, type Api } from './api';
import { Log } from './log';
import type { Canned, Chat, ClientFrame, Context, Finding, Message, Offer, Suggestion, ServerFrame, Why } from './types';

/** What an open chat asks of the page around it. */
export interface House {
  api: Api;
  send(f: ClientFrame): boolean;
  changed(): void;
  words(err: unknown): string; // what a failure is called
}

const piece = 200; // messages fetched at once
const enough = 120; // messages fetched on opening
const saveAfter = 1500;
const checkAfter = 350;

export type Mode = 'reply' | 'note';

export interface Priced {
  allowed: boolean;
  why?: string;
  option?: string;
  offer?: Offer;
}

/** One open chat: its lines, its context, and what is being written. Shows nothing itself. */
export class Room {
  readonly id: string;
  readonly log = new Log();
  chat: Chat | undefined;
  context: Context | undefined;
  suggestions: Suggestion[] = [];
  canned: Canned[] = [];
  mode: Mode = 'reply';
  text: Record<Mode, string> = { reply: '', note: '' };
  findings: Finding[] = [];
  refused = ''; // the server's words about the last attempt
  override = false; // only soft findings: may be sent all the same
  sending = false;
  typing = '';
  why = new Map<number, Why | undefined>();
  revealed = new Map<number, string>();
  priced: Priced | undefined;
  picker = -1; // highlighted canned reply, -1 closed
  find = ''; // what the list of canned replies is narrowed to
  fetching = false;
  marks = 0; // rises when a line is shown differently
  failed = '';
  at = 0; // line to scroll to, from a search or a source
  closed = false;

  private readonly house: House;
  private attempt = ''; // client id of the draft being sent: the same text again is the same attempt
  private check = 0;
  private timers: Record<string, ReturnType<typeof setTimeout>> = {};

  constructor(id: string, house: House) {
    this.id = id;
    this.house = house;
  }

  get path(): string {
    return `/chats/${this.id}`;
  }

  async open(): Promise<void> {
    try {
      await this.load();
      const { messages, first_seq } = await this.fetch(`after=${Math.max(0, (this.chat?.last_seq ?? 0) - enough)}`);
      this.log.reset(messages ?? [], first_seq);
      if (this.chat) this.text = { reply: '', note: '', ...this.chat.drafts };
      this.watch();
      this.looked();
    } catch (err) {
      this.failed = this.house.words(err);
    }
    this.house.changed();
  }

  /** The chat and everything about it, anew. */
  async load(): Promise<void> {
    this.chat = await this.house.api.get<Chat>(this.path);
    if (!this.chat.mine && !this.chat.may['say']) this.mode = this.mode === 'note' ? 'note' : 'reply';
    this.house.changed();
    await Promise.all([this.loadContext(), this.loadHelp()]);
  }

  async loadContext(): Promise<void> {
    this.context = await this.house.api.get<Context>(`${this.path}/context`);
    this.house.changed();
  }

  async loadHelp(): Promise<void> {
    const [suggestions, canned] = await Promise.all([
      this.house.api.get<Suggestion[] | null>(`${this.path}/suggest`).catch(() => []),
      this.canned.length ? this.canned : this.house.api.get<Canned[] | null>(`/canned?chat=${this.id}`).catch(() => []),
    ]);
    this.suggestions = suggestions ?? [];
    this.canned = canned ?? [];
    this.house.changed();
  }

  watch(): void {
    if (this.chat) this.house.send({ t: 'watch', chat: this.id, after: this.log.last });
    this.view();
  }

  leave(): void {
    this.closed = true;
    if (this.timers['save']) void this.save();
    this.house.send({ t: 'unwatch', chat: this.id });
    Object.values(this.timers).forEach(clearTimeout);
  }

  frame(f: ServerFrame): void {
    switch (f.t) {
      case 'msg':
        return this.message(f.m);
      case 'chat':
        return this.moved(f.chat_state);
      case 'context':
        this.after('context', 150, () => void this.loadContext().catch(() => undefined));
        return;
      case 'again':
        void this.refetch().catch(() => undefined);
        return;
      case 'typing':
        if (f.who === 'borrower') this.typing = f.on ? 'borrower' : '';
        return this.after('typing', 12_000, () => (this.typing = ''));
      case 'viewers':
        if (this.chat) this.chat = { ...this.chat, viewers: f.viewers };
        return;
      case 'marks':
        return this.log.mark(f);
      case 'check':
        if (f.n === this.check) this.judged(f.findings ?? []);
        return;
      default:
        return;
    }
  }

  /** Fetches the piece before what is shown. */
  async earlier(): Promise<void> {
    if (this.fetching || !this.log.more) return;
    this.fetching = true;
    try {
      const { messages, first_seq } = await this.fetch(`before=${this.log.start}`);
      this.log.before(messages ?? [], first_seq);
    } catch {
      // The button stays; the next press asks again.
    }
    this.fetching = false;
    this.house.changed();
  }

  /** Makes sure that a line is among those shown, then stands on it. */
  async goto(seq: number): Promise<void> {
    while (this.log.more && this.log.start > seq) {
      const before = this.log.start;
      await this.earlier();
      if (this.log.start === before) break;
    }
    this.at = seq;
    this.house.changed();
  }

  /** Takes what was typed: saved as a draft, checked while it is a reply. */
  write(text: string): void {
    this.text[this.mode] = text;
    this.attempt = '';
    this.refused = '';
    this.override = false;
    this.after('save', saveAfter, () => void this.save());
    if (this.mode === 'reply' && this.chat?.mine) {
      this.house.send({ t: 'typing', chat: this.id, on: text !== '' });
      this.after('check', checkAfter, () => this.ask());
    }
    this.view();
    this.house.changed();
  }

  turn(mode: Mode): void {
    this.mode = mode;
    this.findings = [];
    this.refused = '';
    this.picker = -1;
    if (mode === 'reply') this.ask();
    this.house.changed();
  }

  /** Says or notes what was written. The text stays until the server has it. */
  async send(override = false): Promise<void> {
    const text = this.text[this.mode].trim();
    if (!text || this.sending) return;
    const { mode } = this;
    this.sending = true;
    this.house.changed();
    try {
      this.attempt ||= randomId();
      await this.act(mode === 'reply' ? 'say' : 'note', { text, ...(override ? { override: true } : {}) }, this.attempt);
      this.text[mode] = '';
      this.attempt = '';
      this.findings = [];
      this.refused = '';
      this.override = false;
      this.after('save', 0, () => void this.save());
    } catch (err) {
      this.notSent(err);
    }
    this.sending = false;
    this.house.changed();
  }

  /** Does one of the chat's actions, held to the state that the person saw. */
  async act<T = { seq: number; epoch: number }>(name: string, fields: Record<string, unknown> = {}, id = randomId()): Promise<T> {
    const epoch = this.chat?.row.epoch ?? 0;
    try {
      const done = await this.house.api.post<T & { epoch?: number }>(`${this.path}/${name}`, { id, epoch, ...fields });
      if (this.chat && done?.epoch) this.chat = { ...this.chat, row: { ...this.chat.row, epoch: done.epoch } };
      return done;
    } catch (err) {
      if (err instanceof ApiError && err.status === 409) await this.load().catch(() => undefined);
      throw err;
    }
  }

  async explain(seq: number): Promise<void> {
    this.marks++;
    if (this.why.has(seq)) this.why.delete(seq);
    else {
      this.why.set(seq, undefined);
      const got = await this.house.api.get<Why>(`${this.path}/why/${seq}`).catch(() => undefined);
      if (got) this.why.set(seq, got);
      else this.why.delete(seq);
      this.marks++;
    }
    this.house.changed();
  }

  async reveal(seq: number, reason: string): Promise<void> {
    const { text } = await this.house.api.post<{ text: string }>(`${this.path}/reveal`, { seq, reason });
    this.revealed.set(seq, text);
    this.marks++;
    this.house.changed();
  }

  async price(body: Record<string, unknown>): Promise<void> {
    this.priced = await this.house.api.post<Priced>(`${this.path}/price`, body);
    this.house.changed();
  }

  /** The person has what there is before them. */
  looked(): void {
    if (!this.chat?.mine || !document.hasFocus()) return;
    this.after('look', 400, () => void this.house.api.post(`${this.path}/look`, { seq: this.log.last }).catch(() => undefined));
  }

  /** Tells the others who is here, again and again while it is so. */
  view(): void {
    const replying = this.mode === 'reply' && this.text.reply !== '';
    if (!this.timers['view']) this.house.send({ t: 'viewing', chat: this.id, replying });
    this.timers['view'] ??= setTimeout(() => {
      delete this.timers['view'];
      if (!this.closed) this.view();
    }, 8000);
  }

  private message(m: Message): void {
    if (!this.log.push(m)) return this.watch();
    if (m.speaker === 'borrower') {
      this.typing = '';
      this.after('help', 300, () => void this.loadHelp().catch(() => undefined));
    }
    this.looked();
  }

  // A level that rose shows what was hidden: those lines are fetched again.
  private moved(chat: Chat): void {
    const before = this.chat;
    this.chat = { ...chat, drafts: before?.drafts ?? chat.drafts };
    if (before?.locked === chat.locked && before.level === chat.level) return;
    this.canned = [];
    void this.loadContext().catch(() => undefined);
    void this.loadHelp().catch(() => undefined);
    void this.refetch().catch(() => undefined);
  }

  private async refetch(): Promise<void> {
    const { messages, first_seq } = await this.fetch(`after=${Math.max(0, this.log.last - enough)}`);
    this.log.reset(messages ?? [], first_seq);
    this.house.changed();
  }

  private fetch(range: string): Promise<{ messages: Message[] | null; first_seq: number; last_seq: number }> {
    return this.house.api.get(`${this.path}/messages?${range}&limit=${piece}`);
  }

  private notSent(err: unknown): void {
    if (!(err instanceof ApiError)) throw err;
    this.refused = this.house.words(err);
    if (err.code !== 'findings') return;
    this.findings = err.findings;
    this.override = err.findings.length > 0 && err.findings.every((f) => f.severity === 'soft');
  }

  private ask(): void {
    const text = this.text.reply.trim();
    if (!text || !this.chat?.mine) return this.judged([]);
    this.house.send({ t: 'check', n: ++this.check, chat: this.id, text });
  }

  private judged(findings: Finding[]): void {
    this.findings = findings;
    this.house.changed();
  }

  private async save(): Promise<void> {
    delete this.timers['save'];
    const { mode } = this;
    await this.house.api.put(`${this.path}/draft`, { kind: mode, text: this.text[mode] }).catch(() => undefined);
  }

  private after(name: string, ms: number, act: () => void): void {
    clearTimeout(this.timers[name]);
    this.timers[name] = setTimeout(() => {
      delete this.timers[name];
      act();
      this.house.changed();
    }, ms);
  }
}
