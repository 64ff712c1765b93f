import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/shared/protocol';
import { Transcript } from '../../src/shared/transcript';
import { blocks } from '../../src/shared/view/transcript';

const msg = (seq: number, more: Partial<Message> = {}): Message => ({
  seq, id: `m${seq}`, speaker: 'bot', at: '', day: '21 Nov', time: '10:03', text: `t${seq}`, ...more,
});

describe('Transcript', () => {
  it('takes messages in order and refuses a gap', () => {
    const t = new Transcript();
    expect(t.apply(msg(1))).toBe(true);
    expect(t.apply(msg(3))).toBe(false);
    expect(t.last).toBe(1);
    expect(t.apply(msg(2))).toBe(true);
    expect(t.messages.map((m) => m.seq)).toEqual([1, 2]);
  });

  it('shows a message once, however often it comes, and its newest form', () => {
    const t = new Transcript();
    t.apply(msg(1, { hidden: true, text: '' }));
    t.apply(msg(1, { text: 'now readable' }));
    expect(t.messages).toEqual([msg(1, { text: 'now readable' })]);
  });

  it('replaces a pending bubble by the message itself, whichever of the two answers comes first', () => {
    const ackFirst = new Transcript();
    ackFirst.await({ id: 'c', text: 'hi', state: 'waiting' });
    ackFirst.acked('c', 1);
    expect(ackFirst.pending).toHaveLength(1);
    ackFirst.apply(msg(1, { speaker: 'borrower', client: 'c' }));
    expect(ackFirst.pending).toEqual([]);

    const messageFirst = new Transcript();
    messageFirst.await({ id: 'c', text: 'hi', state: 'waiting' });
    messageFirst.apply(msg(1, { speaker: 'borrower', client: 'c' }));
    messageFirst.acked('c', 1);
    expect(messageFirst.pending).toEqual([]);
  });

  it('keeps only the newest words of the bot alive', () => {
    const t = new Transcript();
    [msg(1), msg(2), msg(3, { speaker: 'borrower' }), msg(4, { speaker: 'system' })].forEach((m) => t.apply(m));
    expect(t.live()).toBe(2);
    t.apply(msg(5, { speaker: 'system', options: [{ id: 'step_up', label: 'Confirm' }] }));
    expect(t.live()).toBe(5);
  });

  it('counts what others said after a place', () => {
    const t = new Transcript();
    [msg(1), msg(2, { speaker: 'borrower' }), msg(3, { speaker: 'human' })].forEach((m) => t.apply(m));
    expect([t.unread(0), t.unread(1), t.unread(3)]).toEqual([2, 1, 0]);
  });

  it('forgets what a fallen level may not keep', () => {
    const t = new Transcript();
    [msg(1), msg(2), msg(3)].forEach((m) => t.apply(m));
    t.redact(2);
    expect(t.last).toBe(1);
  });

  it('remembers which button is on its way, until it is refused', () => {
    const t = new Transcript();
    t.await({ id: 'c', text: 'Confirm', state: 'waiting', option: 'confirm' });
    expect(t.tapped()).toBe('confirm');
    t.failed('c', 'no');
    expect(t.tapped()).toBe('');
  });
});

describe('blocks', () => {
  it('puts a line at each new day and one speaker together', () => {
    const kinds = blocks([msg(1), msg(2), msg(3, { speaker: 'borrower' }), msg(4, { day: '22 Nov' })], true).map((b) => b.kind);
    expect(kinds).toEqual(['day', 'group', 'group', 'day', 'group']);
  });

  it('does not put two people under one name', () => {
    const list = [msg(1, { speaker: 'human', name: 'A' }), msg(2, { speaker: 'human', name: 'B' })];
    expect(blocks(list, true).filter((b) => b.kind === 'group')).toHaveLength(2);
  });

  it('makes one lock of a hidden stretch and opens only the last', () => {
    const hidden = { hidden: true };
    const list = [msg(1, hidden), msg(2, hidden), msg(3), msg(4, hidden)];
    expect(blocks(list, true).filter((b) => b.kind === 'lock')).toEqual([
      { key: 'l1', kind: 'lock', last: false },
      { key: 'l4', kind: 'lock', last: true },
    ]);
    expect(blocks(list, false).map((b) => b.kind)).toEqual(['day', 'group']);
  });
});
