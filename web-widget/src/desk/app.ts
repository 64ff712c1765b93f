import { Words } from '../shared/words';
import { Api, ApiError } from './api';
import { filled, type Form } from './form';
import { initial, may, type AuditModel, type Model, type Place } from './model';
import { inView } from './queue';
import { Room } from './room';
import { DeskSocket, type Link } from './socket';
import { Alarm } from './sound';
import type {
  Account, Blocked, Board, Counts, Entry, Filter, Hit, Me, Missed, Page, Request, Row, Series, ServerFrame, Status, View, Workplace,
} from './types';
import en from './words/en.json';
import zh from './words/zh.json';

const catalogs = { zh: new Words('zh-Hans', zh), en: new Words('en', en) };

/** The console: what is known, and what may be done. It draws nothing itself. */
export class Desk {
  readonly model: Model;
  readonly api = new Api();
  readonly alarm = new Alarm();
  readonly socket = new DeskSocket({
    frame: (f) => this.frame(f),
    link: (l) => this.link(l),
    left: () => this.signedOut(),
  });
  private readonly draw: () => void;
  private notices = 0;
  private refreshing: ReturnType<typeof setTimeout> | undefined;

  constructor(draw: () => void) {
    this.draw = draw;
    this.model = initial(catalogs[navigator.language.startsWith('zh') ? 'zh' : 'en']);
    this.api.signedOut = () => this.signedOut();
  }

  changed = (): void => this.draw();

  async start(): Promise<void> {
    try {
      this.welcome(await this.api.get<Me>('/me'));
    } catch (err) {
      if (!(err instanceof ApiError && err.status === 401)) this.model.phase = 'down';
      if (err instanceof ApiError && err.status === 403) this.model.phase = 'password';
    }
    this.draw();
  }

  async signIn(user: string, password: string): Promise<void> {
    await this.gate(async () => this.welcome(await this.api.post<Me>('/login', { user, password })));
  }

  async changePassword(old: string, fresh: string): Promise<void> {
    await this.gate(async () => this.welcome(await this.api.post<Me>('/password', { old, new: fresh })));
  }

  async signOut(everywhere: boolean): Promise<void> {
    await this.api.post(everywhere ? '/logout-all' : '/logout').catch(() => undefined);
    this.signedOut(true);
  }

  async setStatus(status: Status): Promise<void> {
    await this.attempt(async () => this.learn(await this.api.put<Me>('/me/status', { status })));
  }

  async setPreferences(change: Partial<Me['settings']>): Promise<void> {
    const { me } = this.model;
    if (!me) return;
    const { language, theme, sound } = { ...me.settings, ...change };
    await this.attempt(async () => this.learn(await this.api.put<Me>('/me/settings', { language, theme, sound })));
    if (change.language) this.again();
  }

  /** Goes where the address says: "#/chats/c1", "#/board". */
  route(hash: string): void {
    if (this.model.phase !== 'ready') return;
    const [place = 'chats', id = ''] = hash.replace(/^#\/?/, '').split('/');
    const known: Place[] = ['chats', 'requests', 'board', 'audit', 'settings'];
    this.model.place = known.find((p) => p === place) ?? 'chats';
    if (this.model.place === 'chats' && id) this.enter(id);
    this.refresh();
    this.draw();
  }

  /** Fetches anew what the present page shows. */
  refresh(): void {
    const { place } = this.model;
    if (place === 'requests') void this.loadRequests();
    if (place === 'board') void this.loadBoard();
    if (place === 'audit') void this.loadAudit(false);
    if (place === 'settings') void this.loadSettings();
  }

  async loadBoard(): Promise<void> {
    const b = this.model.board;
    await this.attempt(async () => {
      const lists = may(this.model, 'missed');
      const [board, series, missed, blocked] = await Promise.all([
        this.api.get<Board>('/board'),
        this.api.get<Series>(`/board/series?hours=${b.hours}`),
        lists ? this.api.get<Missed[] | null>('/board/missed') : [],
        lists ? this.api.get<Blocked[] | null>('/board/blocked') : [],
      ]);
      this.model.board = { ...b, board, series, missed: missed ?? [], blocked: blocked ?? [] };
    });
  }

  async loadAudit(more: boolean): Promise<void> {
    const a = this.model.audit;
    await this.attempt(async () => {
      const asked = { chat: a.chat, who: a.who, kind: a.kind, before: more ? a.next : '', limit: '100' };
      const query = new URLSearchParams(Object.entries(asked).filter(([, v]) => v));
      const got = await this.api.get<{ entries: Entry[] | null; next?: string }>(`/audit?${query.toString()}`);
      const entries = [...(more ? a.entries : []), ...(got.entries ?? [])];
      const retention = a.retention.length ? a.retention : ((await this.api.get<AuditModel['retention'] | null>('/retention')) ?? []);
      this.model.audit = { ...a, entries, next: got.next ?? '', retention };
    });
  }

  async loadSettings(): Promise<void> {
    await this.attempt(async () => {
      if (may(this.model, 'board')) this.model.workplace = await this.api.get<Workplace>('/settings');
      if (may(this.model, 'accounts')) this.model.accounts = (await this.api.get<Account[] | null>('/accounts')) ?? [];
    });
  }

  go(place: Place): void {
    const room = this.model.room;
    location.hash = place === 'chats' && room ? `#/chats/${room.id}` : `#/${place}`;
  }

  openChat(id: string, at = 0): void {
    if (this.model.room?.id === id && at) void this.model.room.goto(at);
    else if (at) this.enter(id, at);
    this.model.cursor = id;
    location.hash = `#/chats/${id}`;
    this.draw();
  }

  leaveChat(): void {
    this.model.room?.leave();
    this.model.room = undefined;
    location.hash = '#/chats';
    this.draw();
  }

  async setView(view: View): Promise<void> {
    this.model.view = view;
    this.model.hits = undefined;
    this.draw();
    await this.attempt(() => this.fetchView(view));
  }

  async search(q: string): Promise<void> {
    this.model.query = q;
    if (!q.trim()) this.model.hits = undefined;
    else
      await this.attempt(async () => {
        const got = await this.api.get<{ hits: Hit[] | null }>(`/search?q=${encodeURIComponent(q)}&limit=50`);
        this.model.hits = got.hits ?? [];
      });
    this.draw();
  }

  async loadFilters(): Promise<void> {
    this.model.filters = (await this.api.get<Filter[] | null>('/filters').catch(() => [])) ?? [];
    this.draw();
  }

  async loadRequests(): Promise<void> {
    await this.attempt(async () => {
      this.model.requests = (await this.api.get<Request[] | null>('/requests?state=open')) ?? [];
      this.model.open = this.model.requests.length;
    });
  }

  async acknowledge(ref: string): Promise<void> {
    await this.attempt(async () => this.paged(await this.api.post<Page>(`/pages/${ref}/ack`)));
  }

  /** Takes the open chat, or the one that was offered. */
  async take(): Promise<void> {
    const { room } = this.model;
    if (!room?.chat) return;
    await this.attempt(async () => {
      await room.act('claim');
      await room.load();
      room.turn('reply');
      if (this.model.view === 'waiting' && !this.model.hits) void this.setView('mine');
    });
  }

  /** Asks for a few words, then does it. */
  ask(form: Form): void {
    this.model.form = form;
    this.draw();
  }

  async submit(data: FormData): Promise<void> {
    const { form } = this.model;
    if (!form || this.model.busy) return;
    this.model.busy = true;
    this.model.form = { ...form, failed: '', wrong: '' };
    this.draw();
    try {
      await form.run(filled(form.fields, data));
      this.model.form = undefined;
    } catch (err) {
      this.model.form = { ...form, failed: this.words(err), wrong: err instanceof ApiError ? (err.refusal.field ?? '') : '' };
    }
    this.model.busy = false;
    this.draw();
  }

  dismiss(): void {
    this.model.form = undefined;
    this.model.help = false;
    this.draw();
  }

  tell(text: string, care = false): void {
    const n = ++this.notices;
    this.model.notice = { text, care, n };
    this.draw();
    setTimeout(() => {
      if (this.model.notice?.n === n) this.model.notice = undefined;
      this.draw();
    }, 7000);
  }

  /** Runs something that may fail, and says plainly that it did. */
  async attempt(act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act();
      this.draw();
      return true;
    } catch (err) {
      this.tell(this.words(err), true);
      return false;
    }
  }

  /** What a failure is called, in the console's language. */
  words(err: unknown): string {
    return err instanceof ApiError ? err.say(this.model.words, this.model.me?.zone) : String(err);
  }

  private async gate(act: () => Promise<void>): Promise<void> {
    this.model.busy = true;
    this.model.failed = '';
    this.draw();
    try {
      await act();
    } catch (err) {
      this.model.failed = this.words(err);
    }
    this.model.busy = false;
    this.draw();
  }

  private welcome(me: Me): void {
    this.learn(me);
    this.model.phase = me.must_change ? 'password' : 'ready';
    if (me.must_change) return;
    if (!may(this.model, 'claim')) this.model.view = 'all';
    this.socket.start();
    void this.loadFilters();
    this.route(location.hash);
  }

  private learn(me: Me): void {
    this.model.me = me;
    this.api.csrf = me.csrf || this.api.csrf;
    this.model.words = catalogs[me.settings?.language === 'en' ? 'en' : 'zh'];
    this.model.skew = Date.parse(me.now) - Date.now() || 0;
  }

  // The server formats in the account's language: after a change everything is asked for anew.
  private again(): void {
    const { room } = this.model;
    void this.fetchView(this.model.view).catch(() => undefined);
    if (room) void room.load().catch(() => undefined);
  }

  private signedOut(leaving = false): void {
    if (this.model.phase === 'signin') return;
    const ended = !leaving && (this.model.phase === 'ready' || this.model.phase === 'password');
    this.socket.stop();
    this.model.room?.leave();
    this.alarm.ring(false, false, '');
    Object.assign(this.model, { ...initial(this.model.words), phase: 'signin', failed: ended ? this.model.words.say('no_session_ended') : '' });
    this.draw();
  }

  private enter(id: string, at = 0): void {
    const { model } = this;
    if (model.room?.id === id) return;
    model.room?.leave();
    const room = new Room(id, { api: this.api, send: (f) => this.socket.send(f), changed: this.changed, words: (err) => this.words(err) });
    model.room = room;
    model.cursor = id;
    void room.open().then(() => (at ? room.goto(at) : undefined));
  }

  private link(l: Link): void {
    this.model.link = l;
    this.draw();
  }

  private frame(f: ServerFrame): void {
    const { model } = this;
    switch (f.t) {
      case 'ready':
        this.ready(f);
        break;
      case 'rows':
        this.rowsChanged(f.rows ?? [], f.gone ?? [], f.counts);
        break;
      case 'offer':
        model.rows.set(f.chat, { ...f.row, offer: { until: f.until } });
        if (model.me?.settings.sound) this.alarm.tone();
        break;
      case 'offer_gone':
        this.offerGone(f.chat);
        break;
      case 'lost':
        this.tell(model.words.say('lost', { name: model.rows.get(f.chat)?.name ?? '' }), true);
        break;
      case 'page':
      case 'page_done':
        this.paged(f.page);
        break;
      case 'request':
        this.requested(f.request);
        break;
      case 'mention':
        this.tell(model.words.say('mentioned_you', { name: f.by }));
        if (model.me?.settings.sound) this.alarm.tone([880]);
        break;
      case 'me':
        this.learn(f.me.csrf ? f.me : { ...f.me, csrf: this.api.csrf });
        break;
      case 'bye':
        model.farewell = model.words.say(`bye_${f.code}`);
        break;
      default:
        break;
    }
    if ('chat' in f && f.chat === model.room?.id) model.room.frame(f);
    if (f.t === 'check') model.room?.frame(f);
    this.draw();
  }

  private ready(f: Extract<ServerFrame, { t: 'ready' }>): void {
    const { model } = this;
    this.learn(f.me.csrf ? f.me : { ...f.me, csrf: this.api.csrf });
    model.farewell = '';
    model.skew = Date.parse(f.now) - Date.now();
    model.rows = new Map((f.rows ?? []).map((r) => [r.chat, r]));
    model.counts = f.counts ?? {};
    model.pages = f.pages ?? [];
    model.open = f.requests;
    this.ring();
    void this.fetchView(model.view).catch(() => undefined);
    model.room?.watch();
    if (model.room?.chat) void model.room.load().catch(() => undefined);
  }

  private rowsChanged(rows: Row[], gone: string[], counts: Counts | undefined): void {
    const { model } = this;
    for (const r of rows) model.rows.set(r.chat, keepOffer(r, model.rows.get(r.chat)));
    gone.forEach((id) => model.rows.delete(id));
    model.counts = { ...model.counts, ...counts };
    const row = model.room && rows.find((r) => r.chat === model.room?.id);
    if (row && model.room?.chat) model.room.chat = { ...model.room.chat, row };
    if (model.view !== 'team') return;
    clearTimeout(this.refreshing);
    this.refreshing = setTimeout(() => void this.fetchView('team').catch(() => undefined), 800);
  }

  private offerGone(chat: string): void {
    const row = this.model.rows.get(chat);
    if (!row) return;
    const { offer: _gone, ...rest } = row;
    this.model.rows.set(chat, rest);
  }

  private paged(page: Page): void {
    const rest = this.model.pages.filter((p) => p.ref !== page.ref);
    this.model.pages = page.acked_at ? rest : [...rest, page];
    this.ring();
    this.draw();
  }

  private ring(): void {
    const { me, words, pages } = this.model;
    this.alarm.ring(pages.length > 0 && may(this.model, 'claim'), me?.settings.sound ?? true, words.say('page_title'));
  }

  private requested(r: Request): void {
    const { model } = this;
    const rest = model.requests.filter((q) => q.id !== r.id);
    model.requests = r.state === 'open' ? [...rest, r] : rest;
    void this.loadRequests();
    const { room } = model;
    if (room?.id !== r.chat || !room.chat) return;
    room.chat = { ...room.chat, requests: [...(room.chat.requests ?? []).filter((q) => q.id !== r.id), r] };
  }

  private async fetchView(view: View): Promise<void> {
    const got = await this.api.get<{ chats: Row[] | null; counts: Counts; now: string }>(`/chats?view=${view}&limit=500`);
    const { model } = this;
    const rows = got.chats ?? [];
    for (const r of rows) model.rows.set(r.chat, keepOffer(r, model.rows.get(r.chat)));
    const here = new Set(rows.map((r) => r.chat));
    if (view === 'team') model.team = here;
    else for (const r of [...model.rows.values()])
      if (inView(r, view, model.me?.id ?? '', model.team) && !here.has(r.chat) && !r.offer) model.rows.delete(r.chat);
    model.counts = { ...model.counts, ...got.counts };
    this.draw();
  }
}

// A list may be older than the offer that was pushed a moment ago.
function keepOffer(now: Row, before: Row | undefined): Row {
  const live = before?.offer && now.owner === 'queue' && Date.parse(before.offer.until) > Date.now();
  return live && !now.offer ? { ...now, offer: before.offer } : now;
}
