import { html, nothing, type TemplateResult } from 'lit';
import type { ChatClient } from '../shared/client';
import type { Card, Message, Option } from '../shared/protocol';
import { downIcon } from '../shared/view/icons';
import { pending, transcript, typing } from '../shared/view/transcript';
import type { View } from '../shared/view/view';
import type { Words } from '../shared/words';
import type { Notice } from './bridge';
import { composer, grow, tooLong } from './composer';
import { asText, save } from './download';
import { keepInside } from './focus';
import { header } from './header';
import { launcher } from './launcher';
import { overlay, type Overlay } from './overlay';
import { expired, ReadTimer } from './read-timer';
import { Follow } from './scroll';
import { strip } from './strip';
import type { Tokens } from './tokens';
import { followKeyboard, isSheet } from './viewport';

/** The element, as far as its picture needs to know it. */
export interface Host extends HTMLElement {
  layout: string;
  mode: string;
  theme: string;
  requestUpdate(): void;
}

const page = 150; // messages drawn at first; more come when one scrolls up
const typingEvery = 4000;

/** What the person sees and does: launcher, panel, transcript, composer. */
export class Chat {
  open: boolean;
  private readonly host: Host;
  private readonly client: ChatClient;
  private readonly tokens: Tokens;
  private readonly tell: (n: Notice) => void;
  private readonly timer = new ReadTimer();
  private readonly follow = new Follow();
  private words: Words | undefined;
  private text = '';
  private over: Overlay | undefined;
  private drawnUpTo = page;
  private linkLostAt = Date.now();
  private wroteAt = 0;
  private ticks: ReturnType<typeof setInterval> | undefined;
  private unfollow: (() => void) | undefined;

  constructor(host: Host, client: ChatClient, tokens: Tokens, tell: (n: Notice) => void) {
    this.host = host;
    this.client = client;
    this.tokens = tokens;
    this.tell = tell;
    this.open = host.mode === 'page';
    this.look();
    this.ticks = setInterval(() => this.tick(), 1000);
  }

  stop(): void {
    clearInterval(this.ticks);
    this.unfollow?.();
    this.unfollow = undefined;
    this.timer.clear();
  }

  setOpen(open: boolean): void {
    if (open === this.open) return;
    this.open = open || this.host.mode === 'page';
    this.over = undefined;
    this.look();
    this.tell({ type: open ? 'open' : 'close' });
    this.host.requestUpdate();
    const inside = this.root()?.activeElement;
    setTimeout(() => this.moveFocus(open, Boolean(inside)));
  }

  /** Says whether the person has the chat before them: the panel open, and the page in front. */
  look(): void {
    this.client.show(this.open && document.visibilityState === 'visible');
  }

  back(): boolean {
    if (this.over) {
      this.lay(undefined);
      return true;
    }
    if (!this.open || this.host.mode === 'page') return false;
    this.setOpen(false);
    return true;
  }

  render(words: Words): TemplateResult {
    this.words = words;
    const float = this.host.mode !== 'page';
    const { client } = this;
    return html`<div class="root" lang=${words.locale}>
      ${float ? launcher(words, client.unread, this.open, () => this.setOpen(true)) : nothing}
      ${this.open ? this.panel(words, float) : nothing}
    </div>`;
  }

  /** After each drawing: keep the place in the log, and note what has been read. */
  drawn(): void {
    const log = this.log();
    if (!log) {
      this.unfollow?.();
      this.unfollow = undefined;
      return;
    }
    this.unfollow ??= followKeyboard(log.closest<HTMLElement>('.panel') ?? log, () => this.host.requestUpdate());
    this.follow.drawn(log);
    if (document.visibilityState === 'visible' && this.follow.pinned) this.client.read();
    const area = this.root()?.querySelector('textarea');
    if (area && this.text === '') grow(area);
  }

  private panel(words: Words, float: boolean): TemplateResult {
    const sheet = float && isSheet(this.host.layout);
    return html`<section
      class="panel ${sheet ? 'sheet' : ''}"
      role=${float ? 'dialog' : 'region'}
      aria-modal=${sheet ? 'true' : nothing}
      aria-labelledby="title"
      @keydown=${(e: KeyboardEvent) => this.keydown(e, sheet)}
    >
      <div class="under" ?inert=${this.over !== undefined}>${this.under(words)}</div>
      ${this.over
        ? overlay(this.over, words, this.dark(), {
            close: () => this.lay(undefined),
            locale: (id) => this.pickLocale(id),
            theme: () => this.switchTheme(),
            download: () => save(asText(this.client.transcript.messages, words), 'warmline.txt'),
          })
        : nothing}
    </section>`;
  }

  private under(words: Words): TemplateResult {
    const { client } = this;
    return html`${header(words, client.standing, client.link === 'open', {
        human: () => this.human(words),
        menu: () => this.lay({ kind: 'menu' }),
        close: () => (this.host.mode === 'page' ? this.tell({ type: 'close' }) : this.setOpen(false)),
      })}
      ${strip(words, client, { since: this.linkLostAt, waiting: this.tokens.waitingSince, retry: () => this.retryLink() })}
      ${this.middle(words)}
      ${composer(
        words,
        { text: this.text, tooLong: tooLong(this.text), ended: client.ended },
        { input: (text) => this.input(text), send: () => this.send(), left: () => this.stopTyping() },
      )}`;
  }

  private middle(words: Words): TemplateResult {
    const { client } = this;
    const view = this.view(words);
    const shown = client.transcript.messages.slice(-this.drawnUpTo);
    return html`<div class="middle">
      <div
        class="log"
        role="log"
        tabindex="0"
        aria-label=${words.say('conversation')}
        aria-busy=${client.behind ? 'true' : 'false'}
        @scroll=${(e: Event) => this.scrolled(e.target as HTMLElement)}
      >
        ${transcript(shown, view)} ${pending(client.transcript.pending, view, client.link === 'open')}
        ${typing(client.typing, view)}
      </div>
      ${this.follow.pinned
        ? nothing
        : html`<button class="jump button" type="button" data-action="jump" @click=${() => this.jump()}>
            ${client.unread > 0 ? words.say('new_messages') : words.say('jump_latest')}${downIcon}
          </button>`}
    </div>`;
  }

  private view(words: Words): View {
    const { client } = this;
    const now = Date.now();
    return {
      words,
      live: client.ended ? 0 : client.transcript.live(),
      tapped: client.transcript.tapped(),
      locked: client.standing.level < 2,
      side: 'borrower',
      readLeft: (m) => this.timer.left(m, now),
      expired: (c) => expired(c, now + client.skew),
      choose: (m, o, fields) => this.choose(m, o, fields),
      expand: (c) => this.lay({ kind: 'card', card: c }),
      copy: (text) => void navigator.clipboard?.writeText(text).catch(() => undefined),
      retry: (id) => client.retry(id),
      stepUp: () => this.stepUp(),
    };
  }

  private choose(m: Message, o: Option, fields?: Record<string, string>): void {
    if (o.id === 'step_up') return this.stepUp();
    if (m.seq !== this.client.transcript.live()) return;
    this.toEnd();
    this.client.tap(o, o.label, fields);
  }

  private stepUp(): void {
    this.tell({ type: 'stepup', value: { level: 2 } });
  }

  private human(words: Words): void {
    this.toEnd();
    this.client.tap({ id: 'human' }, words.say('human_button'));
  }

  private input(text: string): void {
    this.text = text;
    const now = Date.now();
    if (text && now - this.wroteAt > typingEvery) {
      this.wroteAt = now;
      this.client.write(true);
    }
    this.host.requestUpdate();
  }

  private stopTyping(): void {
    if (this.wroteAt) this.client.write(false);
    this.wroteAt = 0;
  }

  private send(): void {
    const text = this.text.trim();
    if (!text || tooLong(text) || this.client.ended) return;
    this.text = '';
    this.wroteAt = 0;
    this.toEnd();
    this.client.say(text);
    this.host.requestUpdate();
  }

  private pickLocale(id: string): void {
    this.lay(undefined);
    if (id !== this.words?.locale) this.client.switchLocale(id);
  }

  private dark(): boolean {
    return this.host.theme ? this.host.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  }

  private switchTheme(): void {
    this.host.theme = this.dark() ? 'light' : 'dark';
  }

  private retryLink(): void {
    this.tokens.remind();
    if (this.client.ended || this.client.link === 'stopped') this.client.start();
    this.client.wake();
  }

  private lay(o: Overlay | undefined): void {
    const from = this.root()?.activeElement;
    const back = this.over ? this.returnTo : undefined;
    if (o && from instanceof HTMLElement) this.returnTo = from;
    this.over = o;
    this.host.requestUpdate();
    setTimeout(() => (o ? this.root()?.getElementById('overlay-title') : back)?.focus());
  }
  private returnTo: HTMLElement | undefined;

  private keydown(e: KeyboardEvent, sheet: boolean): void {
    if (e.key === 'Escape' && this.back()) e.stopPropagation();
    const within = this.root()?.querySelector<HTMLElement>(this.over ? '.overlay' : '.panel');
    if (e.key === 'Tab' && within && (sheet || this.over)) keepInside(within, e);
  }

  private moveFocus(open: boolean, wasInside: boolean): void {
    const root = this.root();
    if (open) {
      // On a touch screen the field would bring up the keyboard at once.
      const touch = matchMedia('(pointer: coarse)').matches;
      root?.querySelector<HTMLElement>(touch ? '#title' : 'textarea')?.focus();
    } else if (wasInside) root?.querySelector<HTMLElement>('.launcher')?.focus();
  }

  private scrolled(log: HTMLElement): void {
    const changed = this.follow.moved(log);
    if (log.scrollTop < 80 && this.drawnUpTo < this.client.transcript.messages.length) {
      const fromEnd = log.scrollHeight - log.scrollTop;
      this.drawnUpTo += page;
      this.host.requestUpdate();
      setTimeout(() => (log.scrollTop = log.scrollHeight - fromEnd));
    } else if (changed) this.host.requestUpdate();
  }

  private jump(): void {
    this.toEnd();
    this.client.read();
    this.root()?.querySelector<HTMLElement>('textarea')?.focus({ preventScroll: true });
    this.host.requestUpdate();
  }

  private toEnd(): void {
    const log = this.log();
    if (log) this.follow.jump(log);
  }

  /** Once a second while open: reading times, ends of offers, a lost connection. */
  private tick(): void {
    const { client } = this;
    if (client.link === 'open') this.linkLostAt = Date.now();
    const live = client.transcript.live();
    const card: Card | undefined = client.transcript.messages.find((m) => m.seq === live)?.card;
    if (this.open && (client.link !== 'open' || card?.read_seconds || card?.expires)) this.host.requestUpdate();
  }

  private root(): ShadowRoot | null {
    return this.host.shadowRoot;
  }

  private log(): HTMLElement | null | undefined {
    return this.root()?.querySelector<HTMLElement>('.log');
  }
}
