import { LitElement, nothing, unsafeCSS, type PropertyValues, type TemplateResult } from 'lit';
import { ChatClient } from '../shared/client';
import { matchLocale } from '../shared/locales';
import type { TokenSource } from '../shared/session';
import { browserGuard } from '../shared/slot';
import { browserStore } from '../shared/store';
import theme from '../shared/theme.css?inline';
import cardStyles from '../shared/view/card.css?inline';
import transcriptStyles from '../shared/view/transcript.css?inline';
import { frameCommand, tellFrame, tellNative, type Command, type Notice } from './bridge';
import { Chat } from './chat';
import { Tokens } from './tokens';
import { Vocabulary } from './vocabulary';
import styles from './widget.css?inline';

const events: Record<Notice['type'], string> = {
  token: 'warmline-token',
  stepup: 'warmline-stepup',
  unread: 'warmline-unread',
  open: 'warmline-open',
  close: 'warmline-close',
};

// Where this script came from: the service, unless the host says otherwise.
const home = ((): string => {
  const script = document.currentScript;
  return script instanceof HTMLScriptElement && script.src ? new URL(script.src).origin : location.origin;
})();

/**
 * `<warmline-chat>`: the chat in a host's page. This class owns the element's
 * life and what the host sees; `Chat` is what the person sees.
 */
export class WarmlineChat extends LitElement {
  static override styles = [theme, transcriptStyles, cardStyles, styles].map((text) => unsafeCSS(text));

  static override properties = {
    server: {},
    locale: {},
    theme: { reflect: true },
    layout: { reflect: true }, // auto, card, sheet
    mode: { reflect: true }, // float: a launcher and a panel; page: fills its box
    hostOrigin: { attribute: 'host-origin' },
    token: {},
    tokenProvider: { attribute: false },
    onunread: { attribute: false },
  };

  declare server: string;
  declare locale: string;
  declare theme: '' | 'light' | 'dark';
  declare layout: '' | 'card' | 'sheet';
  declare mode: '' | 'float' | 'page';
  declare hostOrigin: string;
  declare token: string;
  declare tokenProvider: TokenSource | undefined;
  declare onunread: ((event: CustomEvent<{ count: number }>) => void) | null;

  private readonly store = browserStore();
  private readonly tokens = new Tokens(() => this.tell({ type: 'token' }));
  private readonly vocabulary = new Vocabulary(this.store, () => this.requestUpdate());
  private client: ChatClient | undefined;
  private chat: Chat | undefined;
  private counted = 0;
  private gone = false;

  constructor() {
    super();
    this.server = home;
    this.locale = this.theme = this.layout = this.mode = this.hostOrigin = this.token = '';
    this.tokenProvider = undefined;
    this.onunread = null;
  }

  /** Whether the panel is open. */
  get isOpen(): boolean {
    return this.chat?.open ?? false;
  }

  /** How many messages the person has not seen. */
  get unread(): number {
    return this.client?.unread ?? 0;
  }

  open(): void {
    this.chat?.setOpen(true);
  }

  close(): void {
    this.chat?.setOpen(false);
  }

  /** Gives a wallet token, or a function that fetches a fresh one each time. */
  setToken(given: string | TokenSource): void {
    const waited = this.tokens.set(given);
    if (!waited && this.client?.link !== 'idle') this.client?.renewed();
  }

  /** Raises the session's level with a token that the wallet gave after its PIN. Rejects when it is refused. */
  async stepUp(token: string): Promise<void> {
    await this.client?.stepUp(token);
  }

  /** Ends the session and forgets this person in this browser. */
  async logout(): Promise<void> {
    await this.client?.logout();
    this.requestUpdate();
  }

  /** One step back, for a phone's back button. Returns false when there was nothing to go back from. */
  back(): boolean {
    return this.chat?.back() ?? false;
  }

  /** The app goes to the background: let go of the connection. */
  pause(): void {
    this.client?.suspend();
  }

  /** The app is back. */
  resume(): void {
    this.client?.start();
    this.client?.wake();
  }

  /** Releases everything for good. */
  destroy(): void {
    this.gone = true;
    this.rest();
    this.chat?.stop();
    this.chat = this.client = undefined;
    this.remove();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.gone || this.client) return;
    // Attributes and properties that come in the same task are waited for.
    queueMicrotask(() => this.isConnected && this.begin());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // A move within the page takes it out and puts it back in: no reason to stop.
    queueMicrotask(() => {
      if (this.isConnected || this.gone) return;
      this.rest();
      this.chat?.stop();
      this.chat = this.client = undefined;
    });
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('token') && this.token) {
      this.setToken(this.token);
      this.token = '';
      this.removeAttribute('token'); // a token has no business in the page's markup
    }
    if (changed.has('tokenProvider') && this.tokenProvider) this.setToken(this.tokenProvider);
    if (changed.has('locale') && this.hasUpdated && this.locale && this.client) this.client.switchLocale(this.locale);
    this.vocabulary.want(this.server, this.spoken());
    this.toggleAttribute('ready', this.vocabulary.words !== undefined);
    this.count();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { words } = this.vocabulary;
    return this.chat && words ? this.chat.render(words) : nothing;
  }

  protected override updated(): void {
    this.chat?.drawn();
  }

  private begin(): void {
    if (this.client) return;
    const client = new ChatClient({
      server: this.server,
      tokens: this.tokens.get,
      store: this.store,
      guard: browserGuard(this.store),
      locale: this.locale,
      changed: () => this.requestUpdate(),
    });
    this.client = client;
    this.chat = new Chat(this, client, this.tokens, (n) => this.tell(n));
    window.addEventListener('online', this.wake);
    window.addEventListener('offline', this.wake);
    window.addEventListener('pageshow', this.wake);
    window.addEventListener('pagehide', this.hide);
    window.addEventListener('storage', this.stored);
    window.addEventListener('message', this.message);
    document.addEventListener('visibilitychange', this.wake);
    client.start();
    this.requestUpdate();
  }

  private rest(): void {
    window.removeEventListener('online', this.wake);
    window.removeEventListener('offline', this.wake);
    window.removeEventListener('pageshow', this.wake);
    window.removeEventListener('pagehide', this.hide);
    window.removeEventListener('storage', this.stored);
    window.removeEventListener('message', this.message);
    document.removeEventListener('visibilitychange', this.wake);
    this.vocabulary.stop();
    this.client?.suspend();
  }

  private readonly wake = (): void => {
    this.chat?.look();
    if (document.visibilityState === 'visible') {
      if (this.client?.link === 'idle') this.client.start();
      this.client?.wake();
    }
    this.requestUpdate();
  };

  // A page kept for the back button must not hold its socket or its slot.
  private readonly hide = (): void => this.client?.suspend();

  private readonly stored = (e: StorageEvent): void => {
    if (e.key?.endsWith(':seen')) this.client?.readElsewhere();
  };

  private readonly message = (e: MessageEvent): void => {
    const command = frameCommand(e, this.hostOrigin);
    if (command) this.obey(command);
  };

  private obey(c: Command): void {
    switch (c.type) {
      case 'token':
        return this.setToken(c.token);
      case 'stepup':
        return void this.stepUp(c.token).catch(() => undefined);
      case 'locale':
        this.locale = c.locale;
        return;
      case 'back':
        return void this.back();
      case 'logout':
        return void this.logout();
      default:
        this[c.type]();
    }
  }

  private tell(n: Notice): void {
    const event = new CustomEvent(events[n.type], { bubbles: true, composed: true, detail: n.value ?? {} });
    if (n.type === 'unread') this.onunread?.(event as CustomEvent<{ count: number }>);
    this.dispatchEvent(event);
    tellNative(n);
    tellFrame(n, this.hostOrigin);
  }

  private count(): void {
    const count = this.unread;
    if (count === this.counted) return;
    this.counted = count;
    this.tell({ type: 'unread', value: { count } });
  }

  private spoken(): string {
    const asked = this.client?.locale || this.locale;
    return matchLocale(asked || document.documentElement.lang) ?? matchLocale(navigator.language) ?? 'zh-Hans';
  }
}
