import { html, nothing, render, type TemplateResult } from 'lit';
import uplot from 'uplot/dist/uPlot.min.css?inline';
import cards from '../shared/view/card.css?inline';
import theme from '../shared/theme.css?inline';
import talk from '../shared/view/transcript.css?inline';
import { Desk } from './app';
import * as forms from './forms';
import { command, type Command } from './keys';
import { Sticky } from './sticky';
import base from './style/base.css?inline';
import chatStyle from './style/chat.css?inline';
import contextStyle from './style/context.css?inline';
import pageStyle from './style/page.css?inline';
import { audit } from './view/audit';
import { board } from './view/board';
import { chat } from './view/chat';
import { context } from './view/context';
import { dialog } from './view/dialog';
import { requestsPage } from './view/offers';
import { queue, shown } from './view/queue';
import { settings } from './view/settings';
import { bar, notice, strips } from './view/shell';
import { gate } from './view/signin';

const sheets = [theme, cards, talk, uplot, base, chatStyle, contextStyle, pageStyle].map((css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
});

const tick = 5000; // waiting times are shown to the minute; seconds only at first

/** The agents' console. */
export class WarmlineDesk extends HTMLElement {
  private readonly root = this.attachShadow({ mode: 'open' });
  private readonly desk = new Desk(() => this.soon());
  private readonly sticky = new Sticky(this.root, this.desk);
  private drawing = false;
  private back: HTMLElement | null = null;

  connectedCallback(): void {
    this.root.adoptedStyleSheets = sheets;
    addEventListener('hashchange', () => this.desk.route(location.hash));
    addEventListener('keydown', (e) => this.key(e));
    addEventListener('online', () => this.desk.socket.wake());
    addEventListener('focus', () => this.desk.model.room?.looked());
    document.addEventListener('visibilitychange', () => document.hidden || this.desk.socket.wake());
    setInterval(() => this.desk.model.phase === 'ready' && this.soon(), tick);
    setInterval(() => this.desk.model.place === 'board' && this.desk.refresh(), 30_000);
    this.draw();
    void this.desk.start();
  }

  private soon(): void {
    if (this.drawing) return;
    this.drawing = true;
    queueMicrotask(() => this.draw());
  }

  private draw(): void {
    this.drawing = false;
    const { model } = this.desk;
    const set = model.me?.settings.theme ?? 'auto';
    // Written only on a change: each of these styles the whole page anew.
    if (this.getAttribute('theme') !== (set === 'auto' ? null : set)) this.toggleAttribute('theme', set !== 'auto');
    if (set !== 'auto' && this.getAttribute('theme') !== set) this.setAttribute('theme', set);
    const root = document.documentElement;
    if (root.lang !== model.words.locale) root.lang = model.words.locale;
    this.sticky.before();
    render(this.page(), this.root);
    this.dialogs();
    this.sticky.after();
  }

  private page(): TemplateResult {
    const { model } = this.desk;
    const lang = model.words.locale;
    if (model.phase === 'start') return html`<div class="root" lang=${lang}><p class="none" role="status">${model.words.say('loading')}</p></div>`;
    if (model.phase !== 'ready') return html`<div class="root" lang=${lang}>${gate(this.desk)}</div>`;
    return html`<div class="root app" lang=${lang}>
      ${bar(this.desk)} ${strips(this.desk)} ${this.place()} ${dialog(this.desk)} ${notice(this.desk)}
    </div>`;
  }

  private place(): TemplateResult {
    const { desk } = this;
    switch (desk.model.place) {
      case 'requests':
        return requestsPage(desk);
      case 'board':
        return board(desk);
      case 'audit':
        return audit(desk);
      case 'settings':
        return settings(desk);
      default:
        return html`<main class="work ${desk.model.room ? 'with-chat' : ''}" aria-label=${desk.model.words.say('place_chats')}>
          <h1 class="hush">${desk.model.words.say('place_chats')}</h1>
          ${queue(desk)} ${chat(desk)} ${desk.model.room ? context(desk) : nothing}
        </main>`;
    }
  }

  // A dialog that was drawn is opened as a modal one; afterwards the focus goes back.
  private dialogs(): void {
    const d = this.root.querySelector('dialog');
    if (d && !d.open) {
      this.back = this.root.activeElement as HTMLElement | null;
      d.showModal();
    } else if (!d && this.back) {
      if (this.back.isConnected) this.back.focus();
      this.back = null;
    }
  }

  private key(e: KeyboardEvent): void {
    const { model } = this.desk;
    if (model.phase !== 'ready' || model.form || model.help) return;
    const on = this.root.activeElement;
    const typing = on !== null && /^(INPUT|TEXTAREA|SELECT)$/.test(on.tagName);
    const c = command(e, typing, on?.tagName === 'BUTTON' || on?.tagName === 'A' || on?.tagName === 'SUMMARY');
    if (!c) return;
    if (c === 'leave' && typing) (on as HTMLElement).blur();
    else if (!this.run(c)) return;
    e.preventDefault();
  }

  /** Returns false where a key means nothing at the moment. */
  private run(c: Command): boolean {
    const { desk } = this;
    const { model } = desk;
    const { room } = model;
    const can = room?.chat?.may ?? {};
    switch (c) {
      case 'help':
        model.help = true;
        break;
      case 'next':
      case 'previous':
        this.step(c === 'next' ? 1 : -1);
        break;
      case 'open':
        if (!model.cursor) return false;
        desk.openChat(model.cursor);
        break;
      case 'search':
        this.focusOn('[data-act=search]');
        break;
      case 'view':
        this.focusOn('.views [aria-pressed=true]');
        break;
      case 'acknowledge':
        if (!model.pages[0]) return false;
        void desk.acknowledge(model.pages[0].ref);
        break;
      case 'context':
        model.aside = !model.aside;
        break;
      case 'leave':
        model.aside = false;
        if (room) room.picker = -1;
        break;
      default:
        return room !== undefined && this.inRoom(c, can);
    }
    desk.changed();
    return true;
  }

  private inRoom(c: Command, can: Record<string, boolean>): boolean {
    const { desk } = this;
    const { room } = desk.model;
    if (!room?.chat) return false;
    const mine = room.chat.mine;
    if (c === 'take' && !mine && (can['claim'] || can['takeover'])) void desk.take();
    else if (c === 'reply' || c === 'note') {
      room.turn(c);
      queueMicrotask(() => this.focusOn('#compose'));
    } else if (c === 'resolve' && mine) forms.close(desk, room);
    else if (c === 'release' && mine) forms.release(desk, room);
    else if (c === 'transfer' && mine) forms.transfer(desk, room);
    else return false;
    return true;
  }

  private step(by: number): void {
    const { desk } = this;
    const rows = shown(desk.model);
    const at = rows.findIndex((r) => r.chat === desk.model.cursor);
    const next = rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
    if (!next) return;
    desk.model.cursor = next.chat;
    queueMicrotask(() => this.root.querySelector<HTMLElement>(`[data-chat="${CSS.escape(next.chat)}"]`)?.scrollIntoView({ block: 'nearest' }));
  }

  private focusOn(selector: string): void {
    this.root.querySelector<HTMLElement>(selector)?.focus();
  }
}
