import { describe, expect, it, vi } from 'vitest';
import { Words } from '../../src/shared/words';
import { command } from '../../src/desk/keys';
import { Log } from '../../src/desk/log';
import { inView, listed, readNarrow, wide, writeNarrow } from '../../src/desk/queue';
import { DeskSocket, pause } from '../../src/desk/socket';
import { ago, span } from '../../src/desk/time';
import type { Message, Row, ServerFrame } from '../../src/desk/types';
import en from '../../src/desk/words/en.json';
import zh from '../../src/desk/words/zh.json';

const message = (seq: number, more: Partial<Message> = {}): Message => ({ seq, id: `m${seq}`, speaker: 'borrower', at: '', day: '', time: '', ...more });
const run = (from: number, to: number): Message[] => Array.from({ length: to - from + 1 }, (_, i) => message(from + i));

describe('the log of a chat', () => {
  it('takes what follows and refuses what leaves a gap', () => {
    const log = new Log();
    log.reset(run(101, 110), 1);
    expect(log.push(message(111))).toBe(true);
    expect(log.push(message(113))).toBe(false);
    expect(log.last).toBe(111);
  });

  it('shows a line that came again once, as it is now', () => {
    const log = new Log();
    log.reset(run(1, 3), 1);
    expect(log.push(message(2, { text: 'new' }))).toBe(true);
    expect(log.messages.map((m) => m.text)).toEqual([undefined, 'new', undefined]);
  });

  it('puts an older piece before what is there, and ignores one that does not fit', () => {
    const log = new Log();
    log.reset(run(101, 110), 1);
    log.before(run(51, 90), 1);
    expect(log.start).toBe(101);
    log.before(run(91, 100), 1);
    expect(log.messages.map((m) => m.seq)).toEqual(run(91, 110).map((m) => m.seq));
    expect(log.more).toBe(true);
  });

  it('marks only what a person said, as far as a client that may read it has come', () => {
    const log = new Log();
    const human = (seq: number, level = 0): Message => message(seq, { speaker: 'human', level });
    log.reset([human(1), message(2), human(3, 2), human(4)], 1);
    log.mark({ level: 1, got: 4, seen: 3 });
    expect(log.messages.map((m) => [m.delivered ?? false, m.read ?? false])).toEqual([[true, true], [false, false], [false, false], [true, false]]);
    log.mark({ level: 0, got: 0, seen: 0, taken: 3 });
    expect(log.messages[2]?.delivered).toBe(true);
    expect(log.messages[2]?.read ?? false).toBe(false);
  });
});

const row = (chat: string, more: Partial<Row> = {}): Row => ({
  chat, name: chat, masked: true, owner: 'queue', epoch: 1, revision: 1, seq: 1, queue: 'general', queue_label: 'General', priority: 2, reason: 'requested',
  reason_label: '', language: 'zh-Hans', channel: 'web', waiting_since: '2026-11-22T10:00:00Z', unanswered: true, unread: 0, sla: { kind: 'first', state: 'ok' }, ...more,
});

describe('the queue', () => {
  const none = new Set<string>();

  it('puts the urgent first, then who has waited longest', () => {
    const rows = [
      row('late', { waiting_since: '2026-11-22T10:05:00Z' }),
      row('early'),
      row('crisis', { priority: 0, waiting_since: '2026-11-22T10:09:00Z' }),
    ];
    expect(listed(rows, 'waiting', 'zhou', none, wide).map((r) => r.chat)).toEqual(['crisis', 'early', 'late']);
  });

  it('puts broken promises first when asked to', () => {
    const rows = [row('ok'), row('over', { sla: { kind: 'first', state: 'breach' } }), row('soon', { sla: { kind: 'first', state: 'warning' } })];
    expect(listed(rows, 'all', 'zhou', none, { ...wide, sort: 'sla' }).map((r) => r.chat)).toEqual(['over', 'soon', 'ok']);
  });

  it('knows whose a chat is', () => {
    const mine = row('a', { owner: 'agent', agent: 'zhou' });
    expect(inView(mine, 'mine', 'zhou', none)).toBe(true);
    expect(inView(mine, 'mine', 'wong', none)).toBe(false);
    expect(inView(mine, 'waiting', 'zhou', none)).toBe(false);
    expect(inView(row('b', { offer: { until: '' } }), 'mine', 'zhou', none)).toBe(true);
    expect(inView(row('c'), 'team', 'zhou', new Set(['c']))).toBe(true);
  });

  it('keeps a filter as it was saved', () => {
    const n = { ...wide, queue: 'hardship', priority: '1', sort: 'sla' as const };
    expect(readNarrow(writeNarrow(n))).toEqual(n);
    expect(writeNarrow(wide)).toBe('');
  });

  it('does not stumble over a row without a time', () => {
    const { waiting_since: _none, ...bare } = row('a');
    expect(listed([bare, row('b')], 'all', 'zhou', none, wide)).toHaveLength(2);
  });
});

describe('keys', () => {
  const key = (k: string, more = {}) => ({ key: k, ctrlKey: false, metaKey: false, altKey: false, isComposing: false, ...more });

  it('mean nothing while something is typed, but for leaving', () => {
    expect(command(key('t'), true, false)).toBeUndefined();
    expect(command(key('Escape'), true, false)).toBe('leave');
    expect(command(key('t'), false, false)).toBe('take');
  });

  it('leave the browser and the input method their own', () => {
    expect(command(key('r', { ctrlKey: true }), false, false)).toBeUndefined();
    expect(command(key('j', { isComposing: true }), false, false)).toBeUndefined();
    expect(command(key('Enter'), false, true)).toBeUndefined();
  });
});

describe('times', () => {
  const words = new Words('en', en);

  it('are as short as they can be', () => {
    expect([5, 65, 7300, 200_000].map((s) => span(s, words))).toEqual(['5 s', '1 min', '2 h', '2 d']);
  });

  it('count from the server’s now', () => {
    expect(ago('2026-11-22T10:00:00Z', Date.parse('2026-11-22T10:01:00Z'))).toBe(60);
    expect(ago(undefined, 0)).toBe(0);
  });
});

describe('words', () => {
  it('are the same in both languages, with the same places to fill', () => {
    const places = (w: Record<string, string>) => Object.fromEntries(Object.entries(w).map(([k, v]) => [k, (v.match(/\{\w+\}/g) ?? []).sort()]));
    expect(places(zh)).toEqual(places(en));
    expect(Object.entries({ ...zh, ...en }).filter(([, v]) => !v.trim())).toEqual([]);
  });
});

describe('the socket', () => {
  class Fake {
    sent: string[] = [];
    onopen?: () => void;
    onmessage?: (e: { data: string }) => void;
    onclose?: (e: { code: number }) => void;
    send(s: string): void {
      this.sent.push(s);
    }
    close(): void {}
  }

  const rig = () => {
    const made: Fake[] = [];
    const links: string[] = [];
    const left: number[] = [];
    const socket = new DeskSocket({ frame: () => undefined, link: (l) => links.push(l), left: (c) => left.push(c) }, () => {
      const f = new Fake();
      made.push(f);
      return f as unknown as WebSocket;
    });
    const ready = (f: Fake | undefined): void => {
      f?.onopen?.();
      f?.onmessage?.({ data: JSON.stringify({ t: 'ready', me: {}, rows: [] } as unknown as ServerFrame) });
    };
    return { made, links, left, socket, ready };
  };

  it('comes back with longer and longer pauses', () => {
    expect([0, 1, 2, 3, 4, 9].map(pause)).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000]);
  });

  it('notices silence by itself and tries again', () => {
    vi.useFakeTimers();
    const { made, links, socket, ready } = rig();
    socket.start();
    ready(made[0]);
    expect(links).toEqual(['connecting', 'open']);
    vi.advanceTimersByTime(20_000);
    expect(links.at(-1)).toBe('away');
    vi.advanceTimersByTime(1000);
    expect(made).toHaveLength(2);
    expect(socket.send({ t: 'ping' })).toBe(false);
    ready(made[1]);
    expect(socket.send({ t: 'ping' })).toBe(true);
    socket.stop();
    vi.useRealTimers();
  });

  it('stays away once signed out', () => {
    vi.useFakeTimers();
    const { made, left, socket, ready } = rig();
    socket.start();
    ready(made[0]);
    made[0]?.onclose?.({ code: 4401 });
    vi.advanceTimersByTime(60_000);
    expect(left).toEqual([4401]);
    expect(made).toHaveLength(1);
    vi.useRealTimers();
  });
});
