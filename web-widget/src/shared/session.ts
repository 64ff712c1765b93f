import type { SessionInfo } from './protocol';

/** Gives a fresh wallet token each time: a token is burnt by its first use. */
export type TokenSource = () => Promise<string>;

/** An answer of the server that no repetition will change. */
export class Refused extends Error {
  readonly status: number;
  constructor(what: string, status: number) {
    super(`${what}: status ${status}`);
    this.status = status;
  }
}

/**
 * The session that a wallet token is exchanged for. It lives in memory only and
 * is renewed while it is still good, so that a long chat never breaks.
 */
export class Session {
  private readonly server: string;
  private readonly source: TokenSource;
  private readonly now: () => number;
  private info: SessionInfo | undefined;
  private since = 0;

  constructor(server: string, source: TokenSource, now: () => number = Date.now) {
    this.server = server;
    this.source = source;
    this.now = now;
  }

  get opened(): boolean {
    return this.info !== undefined;
  }

  /** The current session, renewed or newly opened where needed. */
  async current(): Promise<SessionInfo> {
    if (this.info && this.left() <= 0) this.info = undefined;
    if (this.info && this.left() < this.life() / 3) await this.renew();
    this.info ??= await this.open();
    return this.info;
  }

  /** Raises the level with a token that the wallet gave after a PIN or biometrics. */
  async stepUp(token: string): Promise<SessionInfo> {
    const { session } = await this.current();
    return this.take(await this.post('/v1/session/step-up', { token }, session));
  }

  /** Renews while there is something to renew; a refusal makes the next call open a new one. */
  async renew(): Promise<void> {
    if (!this.info) return;
    try {
      this.take(await this.post('/v1/session/renew', undefined, this.info.session));
    } catch (err) {
      if (err instanceof Refused) this.info = undefined;
      else if (this.left() < 10_000) throw err;
    }
  }

  /** Milliseconds until it is time to renew. */
  renewIn(): number {
    return Math.max(1000, this.left() - this.life() / 3);
  }

  /** Forgets the session; the next call needs a new token. */
  drop(): void {
    this.info = undefined;
  }

  /** Ends the session on the server too. */
  async end(): Promise<void> {
    const session = this.info?.session;
    this.info = undefined;
    if (!session) return;
    await fetch(`${this.server}/v1/session`, { method: 'DELETE', headers: bearer(session), credentials: 'omit', keepalive: true });
  }

  private async open(): Promise<SessionInfo> {
    return this.take(await this.post('/v1/session', { token: await this.source() }));
  }

  private take(info: SessionInfo): SessionInfo {
    this.info = info;
    this.since = this.now();
    return info;
  }

  private life(): number {
    return this.info ? Date.parse(this.info.expires_at) - this.since : 0;
  }

  private left(): number {
    return this.info ? Date.parse(this.info.expires_at) - this.now() : 0;
  }

  private async post(path: string, body?: unknown, session?: string): Promise<SessionInfo> {
    const answer = await fetch(this.server + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(session ? bearer(session) : {}) },
      body: JSON.stringify(body ?? {}),
      credentials: 'omit',
    });
    if (answer.status === 401 || answer.status === 403) throw new Refused(`post ${path}`, answer.status);
    if (!answer.ok) throw new Error(`post ${path}: status ${answer.status}`);
    return (await answer.json()) as SessionInfo;
  }
}

function bearer(session: string): Record<string, string> {
  return { Authorization: `Bearer ${session}` };
}
