import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/shared/protocol';
import { expired, ReadTimer } from '../../src/widget/read-timer';

const offer = (id: string, seconds?: number): Message => ({
  seq: 1, id: 'm', speaker: 'bot', at: '', day: '', time: '', card: { kind: 'confirm', id, ...(seconds ? { read_seconds: seconds } : {}) },
});

describe('ReadTimer', () => {
  it('counts from the first look', () => {
    const timer = new ReadTimer();
    expect([timer.left(offer('q', 5), 1000), timer.left(offer('q', 5), 3500), timer.left(offer('q', 5), 6000)]).toEqual([5, 3, 0]);
  });
  it('counts each offer by itself', () => {
    const timer = new ReadTimer();
    timer.left(offer('q1', 5), 0);
    expect(timer.left(offer('q2', 5), 9000)).toBe(5);
  });
  it('asks for no time where the card asks for none', () => expect(new ReadTimer().left(offer('q'), 0)).toBe(0));
});

describe('expired', () => {
  it.each([
    ['2026-11-21T10:00:00Z', '2026-11-21T09:59:59Z', false],
    ['2026-11-21T10:00:00Z', '2026-11-21T10:00:00Z', true],
    [undefined, '2026-11-21T10:00:00Z', false],
    ['0001-01-01T00:00:00Z', '2026-11-21T10:00:00Z', false],
  ])('an offer until %s is over at %s: %s', (expires, now, over) =>
    expect(expired({ kind: 'confirm', ...(expires ? { expires } : {}) }, Date.parse(now))).toBe(over),
  );
});
