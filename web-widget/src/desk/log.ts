import type { Message } from './types';

/**
 * One chat's messages as this page has them: a stretch without gaps that ends
 * with the newest. Older ones are fetched in pieces; what arrives out of order
 * says from where to ask again.
 */
export class Log {
  messages: Message[] = [];
  first = 1; // the chat's first sequence number that can be fetched

  get last(): number {
    return this.messages.at(-1)?.seq ?? 0;
  }

  get start(): number {
    return this.messages[0]?.seq ?? 0;
  }

  get more(): boolean {
    return this.messages.length > 0 && this.start > this.first;
  }

  /** Starts anew with the newest piece. */
  reset(messages: Message[], first: number): void {
    this.messages = [...messages];
    this.first = first;
  }

  /** Takes a message that was pushed. Returns false where one before it is missing. */
  push(m: Message): boolean {
    const { last } = this;
    if (m.seq > last + 1 && last > 0) return false;
    if (m.seq > last) this.messages = [...this.messages, m];
    else this.replace(m);
    return true;
  }

  /** Adds the piece that ends right before the first message; anything else is ignored. */
  before(messages: Message[], first: number): void {
    this.first = first;
    const fit = messages.filter((m) => m.seq < this.start);
    if (fit.length > 0 && fit.at(-1)?.seq === this.start - 1) this.messages = [...fit, ...this.messages];
  }

  /** How far a client that may read up to a level has come, or one line that a channel took. */
  mark(f: { level: number; got: number; seen: number; taken?: number }): void {
    this.messages = this.messages.map((m) => {
      if (m.speaker !== 'human') return m;
      const may = (m.level ?? 0) <= f.level;
      const delivered = m.delivered || (may && m.seq <= f.got) || m.seq === f.taken;
      const read = m.read || (may && m.seq <= f.seen);
      return delivered === (m.delivered ?? false) && read === (m.read ?? false) ? m : { ...m, delivered, read };
    });
  }

  /** The seq after which to ask again so that hidden lines come anew. */
  hiddenFrom(): number {
    const m = this.messages.find((x) => x.hidden);
    return m ? m.seq - 1 : -1;
  }

  private replace(m: Message): void {
    this.messages = this.messages.map((x) => (x.seq === m.seq ? m : x));
  }
}
