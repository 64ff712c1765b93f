import type { Outgoing } from './protocol';
import { readSlot, slotPrefix, type Kept, type SlotData } from './slot';
import type { Store } from './store';

/** A message before it has its number. */
export type Draft =
  | { t: 'text'; id: string; text: string; seen: number }
  | { t: 'tap'; id: string; option: string; card?: string; fields?: Record<string, string>; seen: number };

/**
 * The messages of one device that the server has not acknowledged, written down
 * before they are sent. Numbers rise from 1, are never reused, and a message is
 * sent again unchanged.
 */
export class Outbox {
  readonly device: string;
  private readonly store: Store;
  private readonly key: string;
  private data: SlotData;

  constructor(store: Store, person: string, device: string) {
    this.store = store;
    this.device = device;
    this.key = slotPrefix(person) + device;
    this.data = readSlot(store, this.key);
  }

  /** What waits, in order. */
  get items(): readonly Kept[] {
    return this.data.items;
  }

  /** Writes a message down and gives it its number. */
  add(draft: Draft, label: string, now: number): Outgoing {
    const frame = { ...draft, n: this.data.n + 1 } as Outgoing;
    this.data = { n: frame.n, items: [...this.data.items, { frame, label }], used: now };
    this.save();
    return frame;
  }

  /** Removes a message that was acknowledged or finally refused. */
  settle(id: string): Outgoing | undefined {
    const kept = this.data.items.find((k) => k.frame.id === id);
    if (!kept) return undefined;
    this.data = { ...this.data, items: this.data.items.filter((k) => k !== kept) };
    this.save();
    return kept.frame;
  }

  /** The message that a "too big" close most likely speaks of. */
  biggest(): Outgoing | undefined {
    const size = (k: Kept): number => JSON.stringify(k.frame).length;
    return [...this.data.items].sort((a, b) => size(b) - size(a))[0]?.frame;
  }

  private save(): void {
    this.store.set(this.key, JSON.stringify(this.data));
  }
}
