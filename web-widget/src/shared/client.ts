import type { CloseAction } from './close';
import { browserSurroundings, Connection, type Owner, type Phase, type Surroundings } from './connection';
import { personKey, randomId } from './ids';
import { Outbox, type Draft } from './outbox';
import type { ClientFrame, Message, Option, Owner as ChatOwner, Ready, ServerFrame, State } from './protocol';
import { Session, type TokenSource } from './session';
import { claimOrphan, claimSlot, slotPrefix, type Guard, type Kept } from './slot';
import type { Store } from './store';
import { Transcript, type Pending } from './transcript';

export interface ClientOptions {
  server: string; // origin, without a slash at its end
  tokens: TokenSource;
  store: Store;
  guard: Guard;
  locale: string; // wished for; "" leaves it to the borrower's own
  changed(): void; // something that is shown may have changed
  surroundings?: Surroundings;
}

/** Where the chat stands, as the server last said. */
export interface Standing {
  owner: ChatOwner;
  agent: string;
  level: number;
  position: number;
  eta: string;
}

const atFirst: Standing = { owner: 'bot', agent: '', level: 0, position: 0, eta: '' };
const typingLasts = 12_000;
const orphanEvery = 30_000;
const witnessAfter = 250; // ms, so that a burst is told of once

/** One person's chat: session, connection, outbox and transcript. Shows nothing itself. */
export class ChatClient implements Owner {
  readonly transcript = new Transcript();
  standing: Standing = atFirst;
  locale: string;
  typing: '' | 'bot' | 'human' = '';
  ended = false; // logged out: nothing is left here
  farewell = ''; // the server's words before it closed
  seen = 0; // last sequence number that the person has had before them
  behind = true; // the first messages are still coming
  skew = 0; // ms, server's clock minus ours

  private readonly options: ClientOptions;
  private readonly session: Session;
  private readonly connection: Connection;
  private outbox: Outbox | undefined;
  private person = '';
  private open = false;
  private flushed = false;
  private upTo = 0;
  private told = ''; // how far we have come, as this connection was last told
  private asked = { after: -1, at: 0 };
  private early: { draft: Draft; label: string }[] = []; // written before it was known whose chat this is
  private timers: Record<string, ReturnType<typeof setTimeout>> = {};

  constructor(options: ClientOptions) {
    this.options = options;
    this.locale = options.locale;
    this.session = new Session(options.server, () => this.token());
    this.connection = new Connection(options.server, this, options.surroundings ?? browserSurroundings);
  }

  get link(): Phase {
    return this.connection.phase;
  }

  get unread(): number {
    return this.transcript.unread(this.seen);
  }

  start(): void {
    this.ended = false;
    this.connection.start();
    this.after('orphans', orphanEvery, () => void this.adopt());
  }

  /** Lets go of the socket and of this tab's slot, for good or until start. */
  suspend(): void {
    this.connection.stop();
    Object.values(this.timers).forEach(clearTimeout);
    this.timers = {};
    this.leaveSlot();
  }

  wake(): void {
    this.connection.wake();
  }

  /** Another token came: perhaps of another person. */
  renewed(): void {
    this.session.drop();
    this.connection.stop();
    this.start();
  }

  /** Ends the session and removes all that this browser keeps of the person. */
  async logout(): Promise<void> {
    this.connection.stop('stopped');
    this.forgetAll();
    await this.session.end();
  }

  async stepUp(token: string): Promise<void> {
    const info = await this.session.stepUp(token);
    this.standing = { ...this.standing, level: info.level };
    this.unhide();
    this.options.changed();
  }

  say(text: string): void {
    const id = randomId();
    this.enqueue({ t: 'text', id, text, seen: this.transcript.last }, text);
  }

  tap(option: Pick<Option, 'id' | 'card'>, label: string, fields?: Record<string, string>): void {
    const extra = { ...(option.card ? { card: option.card } : {}), ...(fields ? { fields } : {}) };
    this.enqueue({ t: 'tap', id: randomId(), option: option.id, ...extra, seen: this.transcript.last }, label);
  }

  /** Sends a refused message again, as a new one. */
  retry(id: string): void {
    const p = this.transcript.pending.find((q) => q.id === id);
    if (!p?.item) return;
    this.transcript.forget(id);
    if (p.item.t === 'text') this.say(p.item.text);
    else this.tap({ id: p.item.option, card: p.item.card ?? '' }, p.text, p.item.fields);
  }

  switchLocale(locale: string): void {
    this.locale = locale;
    this.tap({ id: `language:${locale}` }, '');
  }

  write(on: boolean): void {
    this.connection.send({ t: 'typing', on });
  }

  /** The person has the chat before them, or no longer: then the wallet may be told of a reply. */
  show(open: boolean): void {
    if (open !== this.open) this.connection.send({ t: open ? 'open' : 'close' });
    this.open = open;
  }

  /** The person has had everything up to now before them. */
  read(): void {
    const { last } = this.transcript;
    if (last <= this.seen) return;
    this.seen = last;
    this.options.store.set(this.seenKey(), String(last));
    this.witness();
    this.options.changed();
  }

  /** Tells the server how far we have come, when that is news to this connection. */
  private witness(): void {
    this.after('witness', witnessAfter, () => {
      const { last } = this.transcript;
      const seq = Math.min(this.seen, last);
      const told = `${this.standing.level} ${seq} ${last}`;
      if (last > 0 && told !== this.told && this.connection.send({ t: 'seen', seq, got: last })) this.told = told;
    });
  }

  /** Another tab may have read further. */
  readElsewhere(): void {
    this.seen = Math.max(this.seen, Number(this.options.store.get(this.seenKey()) ?? 0));
    this.options.changed();
  }

  /** The session that the next socket is opened with. */
  async credential(): Promise<string> {
    const info = await this.session.current();
    this.locale ||= info.locale;
    this.keepRenewed();
    if (!this.outbox) await this.takeSlot(await claimSlot(this.options.store, this.options.guard, this.person, Date.now()));
    return info.session;
  }

  hello(): ClientFrame {
    this.flushed = false;
    return this.greeting(this.transcript.last);
  }

  phase(): void {
    this.typing = '';
    this.options.changed();
  }

  closed(action: CloseAction): void {
    if (action === 'token') this.session.drop();
    if (action === 'ended') this.forgetAll();
    const big = action === 'skip' ? this.outbox?.biggest() : undefined;
    if (big) this.refuse(big.id, '');
    this.options.changed();
  }

  frame(f: ServerFrame): void {
    this.take(f);
    this.options.changed();
  }

  private take(f: ServerFrame): void {
    switch (f.t) {
      case 'ready':
        return this.ready(f);
      case 'msg':
        return this.message(f.m);
      case 'ack':
        this.outbox?.settle(f.id);
        return this.transcript.acked(f.id, f.seq);
      case 'nack':
        return this.refuse(f.id, f.text);
      case 'typing':
        return this.showTyping(f.on ? f.who : '');
      case 'state':
        return this.state(f);
      case 'redact':
        this.transcript.redact(f.from);
        return this.ask(this.transcript.last);
      case 'bye':
        this.farewell = f.text;
        return;
      default:
        return;
    }
  }

  private ready(f: Ready): void {
    this.farewell = '';
    this.told = '';
    this.skew = Date.parse(f.now) - Date.now();
    this.upTo = f.seq;
    this.behind = this.transcript.last < f.seq;
    this.state({ ...f, t: 'state' });
    this.witness();
    if (this.flushed) return;
    this.flushed = true;
    this.outbox?.items.forEach(({ frame }) => this.connection.send(frame));
  }

  private message(m: Message): void {
    if (!this.transcript.apply(m)) return this.ask(this.transcript.last);
    if (m.speaker !== 'borrower') this.typing = '';
    if (this.transcript.last >= this.upTo) this.behind = false;
    this.witness();
  }

  private state(f: State): void {
    const raised = (f.level ?? 0) > this.standing.level;
    const { owner, agent, level } = { ...this.standing, ...f };
    this.standing = { owner, agent, level, position: f.position ?? 0, eta: f.eta ?? '' };
    if (f.locale) this.locale = f.locale;
    if (raised) this.unhide();
    if (raised) this.witness();
  }

  private showTyping(who: '' | 'bot' | 'human'): void {
    this.typing = who;
    this.after('typing', typingLasts, () => {
      this.typing = '';
      this.options.changed();
    });
  }

  /** Asks again for what was hidden, now that it may be read. */
  private unhide(): void {
    const first = this.transcript.messages.find((m) => m.hidden);
    if (first) this.ask(first.seq - 1);
  }

  /** Asks for all after a sequence number, not oftener than the answers can come. */
  private ask(after: number): void {
    const now = Date.now();
    if (after === this.asked.after && now - this.asked.at < 1500) return;
    this.asked = { after, at: now };
    this.connection.send(this.greeting(after));
  }

  private greeting(after: number): ClientFrame {
    return { t: 'hello', after, device: this.outbox?.device ?? '', open: this.open, locale: this.locale };
  }

  private enqueue(draft: Draft, label: string): void {
    const { id } = draft;
    const option = draft.t === 'tap' ? draft.option : undefined;
    if (label) this.transcript.await({ id, text: label, state: 'waiting', ...(option ? { option } : {}) });
    if (this.outbox) this.post(draft, label);
    else this.early.push({ draft, label });
    this.options.changed();
  }

  private post(draft: Draft, label: string): void {
    const frame = this.outbox?.add(draft, label, Date.now());
    if (frame && this.flushed) this.connection.send(frame);
  }

  private refuse(id: string, why: string): void {
    const item = this.outbox?.settle(id);
    if (item) this.transcript.failed(id, why, item);
  }

  private async token(): Promise<string> {
    const token = await this.options.tokens();
    const person = personKey(token);
    if (person !== this.person) await this.becomes(person);
    return token;
  }

  /** From here on the chat is this person's; nothing of another stays. */
  private async becomes(person: string): Promise<void> {
    this.leaveSlot();
    this.transcript.clear();
    this.standing = atFirst;
    this.locale = this.options.locale;
    this.behind = true;
    this.person = person;
    this.seen = Number(this.options.store.get(this.seenKey()) ?? 0);
    await this.takeSlot(await claimSlot(this.options.store, this.options.guard, person, Date.now()));
  }

  private async takeSlot(device: string): Promise<void> {
    this.outbox = new Outbox(this.options.store, this.person, device);
    for (const kept of this.outbox.items) if (kept.label) this.transcript.await(bubble(kept));
    this.early.splice(0).forEach(({ draft, label }) => this.post(draft, label));
    this.options.changed();
  }

  private leaveSlot(): void {
    if (this.outbox) this.options.guard.release(slotPrefix(this.person) + this.outbox.device);
    this.outbox = undefined;
    this.flushed = false;
  }

  /** Takes over what a closed tab could not send, once nothing of our own waits. */
  private async adopt(): Promise<void> {
    this.after('orphans', orphanEvery, () => void this.adopt());
    if (!this.outbox || this.outbox.items.length > 0) return;
    const { store, guard } = this.options;
    const device = await claimOrphan(store, guard, this.person, this.outbox.device);
    if (!device) return;
    this.leaveSlot();
    await this.takeSlot(device);
    this.connection.again();
  }

  private keepRenewed(): void {
    if (!this.session.opened) return;
    this.after('renew', this.session.renewIn(), () => {
      void this.session.renew().catch(() => undefined).then(() => this.keepRenewed());
    });
  }

  private forgetAll(): void {
    const { store } = this.options;
    this.leaveSlot();
    store.keys(`warmline:${this.person}:`).forEach((key) => store.remove(key));
    this.session.drop();
    this.transcript.clear();
    this.standing = atFirst;
    this.seen = 0;
    this.ended = true;
  }

  private seenKey(): string {
    return `warmline:${this.person}:seen`;
  }

  private after(name: string, ms: number, act: () => void): void {
    clearTimeout(this.timers[name]);
    this.timers[name] = setTimeout(act, ms);
  }
}

function bubble({ frame, label }: Kept): Pending {
  return { id: frame.id, text: label, state: 'waiting', ...(frame.t === 'tap' ? { option: frame.option } : {}) };
}
