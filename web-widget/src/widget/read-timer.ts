import type { Card, Message } from '../shared/protocol';

/** Counts how long terms have been before the person, so that nobody confirms unread. */
export class ReadTimer {
  private readonly shown = new Map<string, number>();

  /** Seconds that are left; the count starts when it is first asked for on an open panel. */
  left(m: Message, now: number): number {
    const need = (m.card?.read_seconds ?? 0) * 1000;
    if (need <= 0) return 0;
    const key = m.card?.id ?? m.id;
    const since = this.shown.get(key) ?? now;
    this.shown.set(key, since);
    return Math.max(0, Math.ceil((since + need - now) / 1000));
  }

  clear(): void {
    this.shown.clear();
  }
}

/** Whether an offer's time has passed, by the server's clock. */
export function expired(card: Card, now: number): boolean {
  const end = card.expires ? Date.parse(card.expires) : NaN;
  return end > 0 && end <= now; // a zero date means no end
}
