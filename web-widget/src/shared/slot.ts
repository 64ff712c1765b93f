import { randomId } from './ids';
import type { Outgoing } from './protocol';
import type { Store } from './store';

// The server counts a device's messages upwards and drops what it has counted
// before. Two tabs that shared one counter could overtake each other, so each
// tab works as a device of its own: a slot. A tab that closes leaves its slot,
// with whatever was not sent, to the next one.

/** A message as it is sent, and the words that the person sees for it meanwhile. */
export interface Kept {
  frame: Outgoing;
  label: string;
}

export interface SlotData {
  n: number; // the last message number given out
  items: Kept[]; // not acknowledged yet, in order
  used: number; // ms, when it last changed
}

/** Says whether a slot is in use by another tab. */
export interface Guard {
  hold(name: string): Promise<boolean>;
  release(name: string): void;
}

const maxAge = 30 * 86_400_000;

export const slotPrefix = (person: string): string => `warmline:${person}:slot:`;

export function readSlot(store: Store, key: string): SlotData {
  try {
    const data = JSON.parse(store.get(key) ?? '') as SlotData;
    if (Number.isSafeInteger(data.n) && Array.isArray(data.items)) return data;
  } catch {
    // fall through: nothing usable is kept there
  }
  return { n: 0, items: [], used: 0 };
}

/** Takes a free slot, one with unsent messages first, or makes a new one. Returns its device id. */
export async function claimSlot(store: Store, guard: Guard, person: string, now: number): Promise<string> {
  const prefix = slotPrefix(person);
  const found = store.keys(prefix).map((key) => ({ key, data: readSlot(store, key) }));
  found.sort((a, b) => Math.sign(b.data.items.length) - Math.sign(a.data.items.length) || b.data.used - a.data.used);
  for (const { key, data } of found) {
    if (!(await guard.hold(key))) continue;
    if (data.used > now - maxAge) return key.slice(prefix.length);
    store.remove(key);
    guard.release(key);
  }
  const device = randomId();
  await guard.hold(prefix + device);
  return device;
}

/** Takes over a slot in which a tab that is gone left unsent messages. Returns its device id. */
export async function claimOrphan(store: Store, guard: Guard, person: string, own: string): Promise<string | undefined> {
  const prefix = slotPrefix(person);
  for (const key of store.keys(prefix)) {
    const waits = key !== prefix + own && readSlot(store, key).items.length > 0;
    if (waits && (await guard.hold(key))) return key.slice(prefix.length);
  }
  return undefined;
}

/** Web Locks where the page is secure enough to have them, else leases in the store. */
export function browserGuard(store: Store): Guard {
  return typeof navigator !== 'undefined' && navigator.locks ? lockGuard(navigator.locks) : leaseGuard(store);
}

function lockGuard(locks: LockManager): Guard {
  const held = new Map<string, () => void>();
  return {
    hold: (name) =>
      new Promise((resolve) => {
        const keep = (lock: Lock | null): Promise<void> | undefined => {
          resolve(lock !== null);
          return lock ? new Promise<void>((done) => held.set(name, done)) : undefined;
        };
        locks.request(name, { ifAvailable: true }, keep).catch(() => resolve(false));
      }),
    release(name) {
      held.get(name)?.();
      held.delete(name);
    },
  };
}

// Longer than the minute to which browsers slow the timers of hidden tabs.
const leaseFor = 90_000;
const renewEvery = 20_000;

interface Lease {
  holder: string;
  until: number;
}

/** Leases with an end, renewed while the tab lives. Settles a tie by reading back after a moment. */
export function leaseGuard(store: Store, pause = 40): Guard {
  const me = randomId();
  const timers = new Map<string, ReturnType<typeof setInterval>>();
  const leaseKey = (name: string): string => name.replace(':slot:', ':lease:');
  const read = (name: string): Lease | null => JSON.parse(store.get(leaseKey(name)) ?? 'null') as Lease | null;
  const write = (name: string): void =>
    store.set(leaseKey(name), JSON.stringify({ holder: me, until: Date.now() + leaseFor }));
  return {
    async hold(name) {
      const lease = read(name);
      if (lease && lease.holder !== me && lease.until > Date.now()) return false;
      write(name);
      await new Promise((done) => setTimeout(done, pause));
      if (read(name)?.holder !== me) return false;
      clearInterval(timers.get(name));
      timers.set(name, setInterval(() => write(name), renewEvery));
      return true;
    },
    release(name) {
      clearInterval(timers.get(name));
      timers.delete(name);
      if (read(name)?.holder === me) store.remove(leaseKey(name));
    },
  };
}
