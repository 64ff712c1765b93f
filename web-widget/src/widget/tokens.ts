import type { TokenSource } from '../shared/session';

/**
 * Where wallet tokens come from: a function of the host's that fetches one, or
 * single tokens that the host sets. A single one is used once; when another is
 * needed the host is asked and the asker waits.
 */
export class Tokens {
  waitingSince = 0;
  private provider: TokenSource | undefined;
  private fresh = '';
  private waiting: ((token: string) => void) | undefined;
  private readonly ask: () => void;

  constructor(ask: () => void) {
    this.ask = ask;
  }

  /** Takes a token or a provider. Returns whether somebody was waiting for it. */
  set(given: string | TokenSource): boolean {
    const waited = this.waiting !== undefined;
    if (typeof given === 'string') this.hand(given);
    else {
      this.provider = given;
      if (waited) given().then((token) => this.hand(token), this.ask);
    }
    return waited;
  }

  readonly get: TokenSource = () => {
    if (this.provider) return this.provider();
    if (this.fresh) {
      const token = this.fresh;
      this.fresh = '';
      return Promise.resolve(token);
    }
    this.waitingSince = Date.now();
    return new Promise((resolve) => {
      this.waiting = resolve;
      this.ask();
    });
  };

  /** Asks the host once more. */
  remind(): void {
    if (this.waiting) this.ask();
  }

  private hand(token: string): void {
    const resolve = this.waiting;
    this.waiting = undefined;
    this.waitingSince = 0;
    if (resolve) resolve(token);
    else this.fresh = token;
  }
}
