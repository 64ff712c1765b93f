import { describe, expect, it } from 'vitest';
import { Outbox } from '../../src/shared/outbox';
import { claimOrphan, claimSlot, leaseGuard, slotPrefix, type Guard } from '../../src/shared/slot';
import { memoryStore } from '../../src/shared/store';

const text = (id: string, words = id) => ({ t: 'text', id, text: words, seen: 0 }) as const;

describe('Outbox', () => {
  it('numbers from 1, keeps order, and survives a reload', () => {
    const store = memoryStore();
    const first = new Outbox(store, 'p', 'd');
    expect([first.add(text('a'), 'a', 1).n, first.add(text('b'), 'b', 2).n]).toEqual([1, 2]);
    const again = new Outbox(store, 'p', 'd');
    expect(again.items.map((k) => k.frame)).toEqual([{ ...text('a'), n: 1 }, { ...text('b'), n: 2 }]);
  });

  it('never uses a number twice, even when all was acknowledged before a reload', () => {
    const store = memoryStore();
    const box = new Outbox(store, 'p', 'd');
    box.add(text('a'), 'a', 1);
    box.settle('a');
    expect(new Outbox(store, 'p', 'd').add(text('b'), 'b', 2).n).toBe(2);
  });

  it('settles only what it holds, once', () => {
    const box = new Outbox(memoryStore(), 'p', 'd');
    box.add(text('a'), 'a', 1);
    expect(box.settle('x')).toBeUndefined();
    expect(box.settle('a')?.id).toBe('a');
    expect(box.settle('a')).toBeUndefined();
  });

  it('names the biggest message', () => {
    const box = new Outbox(memoryStore(), 'p', 'd');
    box.add(text('a', 'short'), '', 1);
    box.add(text('b', 'x'.repeat(5000)), '', 1);
    expect(box.biggest()?.id).toBe('b');
  });

  it('starts empty over damaged storage', () => {
    const store = memoryStore();
    store.set(`${slotPrefix('p')}d`, '{"n":"no"');
    expect(new Outbox(store, 'p', 'd').add(text('a'), 'a', 1).n).toBe(1);
  });
});

function sharedGuards(): () => Guard {
  const held = new Set<string>();
  return () => ({
    hold: async (name) => !held.has(name) && (held.add(name), true),
    release: (name) => void held.delete(name),
  });
}

describe('slots', () => {
  it('gives two tabs two devices, and a closed tab\'s device to the next', async () => {
    const store = memoryStore();
    const tab = sharedGuards();
    const [one, two] = [tab(), tab()];
    const a = await claimSlot(store, one, 'p', 1000);
    new Outbox(store, 'p', a).add(text('a'), 'a', 1000);
    const b = await claimSlot(store, two, 'p', 1000);
    expect(b).not.toBe(a);
    one.release(slotPrefix('p') + a);
    expect(await claimSlot(store, tab(), 'p', 2000)).toBe(a);
  });

  it('takes over unsent messages of a tab that is gone, not of one that lives', async () => {
    const store = memoryStore();
    const tab = sharedGuards();
    const [one, two] = [tab(), tab()];
    const a = await claimSlot(store, one, 'p', 1000);
    new Outbox(store, 'p', a).add(text('a'), 'a', 1000);
    expect(await claimOrphan(store, two, 'p', 'other')).toBeUndefined();
    one.release(slotPrefix('p') + a);
    expect(await claimOrphan(store, two, 'p', 'other')).toBe(a);
  });

  it('keeps people apart', async () => {
    const store = memoryStore();
    const tab = sharedGuards();
    const a = await claimSlot(store, tab(), 'p', 1000);
    new Outbox(store, 'p', a).add(text('secret'), 'secret', 1000);
    const b = await claimSlot(store, sharedGuards()(), 'q', 1000);
    expect(new Outbox(store, 'q', b).items).toEqual([]);
  });

  it('throws away slots that are very old', async () => {
    const store = memoryStore();
    const tab = sharedGuards();
    const guard = tab();
    const a = await claimSlot(store, guard, 'p', 1000);
    new Outbox(store, 'p', a).add(text('a'), 'a', 1000);
    guard.release(slotPrefix('p') + a);
    expect(await claimSlot(store, tab(), 'p', 40 * 86_400_000)).not.toBe(a);
    expect(store.get(slotPrefix('p') + a)).toBeNull();
  });

  it('leases exclude each other until they are released', async () => {
    const store = memoryStore();
    const [one, two] = [leaseGuard(store, 1), leaseGuard(store, 1)];
    const name = `${slotPrefix('p')}d`;
    expect(await one.hold(name)).toBe(true);
    expect(await two.hold(name)).toBe(false);
    one.release(name);
    expect(await two.hold(name)).toBe(true);
    two.release(name);
  });

  it('one of two leases that start together wins', async () => {
    const store = memoryStore();
    const guards = [leaseGuard(store, 5), leaseGuard(store, 5)];
    const name = `${slotPrefix('p')}d`;
    const won = await Promise.all(guards.map((g) => g.hold(name)));
    expect(won.filter(Boolean)).toHaveLength(1);
    guards.forEach((g) => g.release(name));
  });
});
