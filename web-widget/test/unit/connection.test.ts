import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CloseAction } from '../../src/shared/close';
import { Connection, type Owner } from '../../src/shared/connection';
import type { ServerFrame } from '../../src/shared/protocol';

class FakeSocket {
  static all: FakeSocket[] = [];
  readyState = 0;
  sent: string[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((e: { data: string }) => void) | null = null;
  onclose: ((e: { code: number; reason: string }) => void) | null = null;
  constructor(readonly url: string, readonly protocols: string[]) {
    FakeSocket.all.push(this);
  }
  send(data: string): void {
    this.sent.push(data);
  }
  close(): void {
    this.closed = true;
  }
  opens(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  says(f: ServerFrame): void {
    this.onmessage?.({ data: JSON.stringify(f) });
  }
  closes(code: number, reason = ''): void {
    this.onclose?.({ code, reason });
  }
}

function setUp(session = async (): Promise<string> => 'tok') {
  const actions: CloseAction[] = [];
  const owner: Owner = {
    credential: session,
    hello: () => ({ t: 'hello', after: 0, device: 'd', open: false, locale: '' }),
    frame: () => undefined,
    phase: () => undefined,
    closed: (a) => actions.push(a),
  };
  const connection = new Connection('http://host', owner, {
    socket: (url, protocols) => new FakeSocket(url, protocols) as unknown as WebSocket,
    random: () => 0,
  });
  return { connection, actions };
}

const newest = (): FakeSocket => FakeSocket.all[FakeSocket.all.length - 1] as FakeSocket;
const ready = { t: 'ready', level: 1, expires_at: '', seq: 0, owner: 'bot', agent: '', locale: '', now: '' } as const;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', { OPEN: 1 });
  FakeSocket.all = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('Connection', () => {
  it('offers its session as a subprotocol and says hello first', async () => {
    const { connection } = setUp();
    connection.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(newest().url).toBe('ws://host/v1/chat');
    expect(newest().protocols).toEqual(['warmline.v1', 's.tok']);
    newest().opens();
    expect(JSON.parse(newest().sent[0] ?? '')).toMatchObject({ t: 'hello', after: 0 });
  });

  it('notices a socket that is dead without a close', async () => {
    const { connection, actions } = setUp();
    connection.start();
    await vi.advanceTimersByTimeAsync(0);
    newest().opens();
    newest().says(ready);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(newest().sent.at(-1)).toBe('{"t":"ping"}');
    await vi.advanceTimersByTimeAsync(7_100);
    expect(actions).toEqual(['retry']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it('stays while pings are answered', async () => {
    const { connection, actions } = setUp();
    connection.start();
    await vi.advanceTimersByTimeAsync(0);
    newest().opens();
    newest().says(ready);
    for (let i = 0; i < 20; i++) {
      await vi.advanceTimersByTimeAsync(15_000);
      newest().says({ t: 'pong' });
    }
    expect(actions).toEqual([]);
    expect(FakeSocket.all).toHaveLength(1);
  });

  it('waits out what a rate limit asks for', async () => {
    const { connection } = setUp();
    connection.start();
    await vi.advanceTimersByTimeAsync(0);
    newest().opens();
    newest().closes(4029, 'retry_ms=30000');
    await vi.advanceTimersByTimeAsync(29_000);
    expect(FakeSocket.all).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it.each([4000, 4003, 4010])('does not come back after %i', async (code) => {
    const { connection } = setUp();
    connection.start();
    await vi.advanceTimersByTimeAsync(0);
    newest().opens();
    newest().closes(code);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(FakeSocket.all).toHaveLength(1);
    expect(connection.phase).toBe('stopped');
  });

  it('pauses longer from failure to failure, and starts afresh after a good hello', async () => {
    const { connection } = setUp();
    connection.start();
    const pauses: number[] = [];
    for (let i = 0; i < 4; i++) {
      await vi.advanceTimersByTimeAsync(0);
      const before = FakeSocket.all.length;
      newest().closes(1006);
      let waited = 0;
      while (FakeSocket.all.length === before) {
        await vi.advanceTimersByTimeAsync(50);
        waited += 50;
      }
      pauses.push(waited);
    }
    expect(pauses).toEqual([250, 500, 1000, 2000]);
    newest().opens();
    newest().says(ready);
    newest().closes(1012);
    await vi.advanceTimersByTimeAsync(300);
    expect(FakeSocket.all).toHaveLength(6);
  });

  it('comes back at once when the network does', async () => {
    const { connection } = setUp();
    connection.start();
    await vi.advanceTimersByTimeAsync(0);
    newest().closes(1006);
    connection.wake();
    await vi.advanceTimersByTimeAsync(0);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it('tries again when no session can be had, and not after stop', async () => {
    let asked = 0;
    const { connection } = setUp(async () => {
      asked++;
      throw new Error('no token');
    });
    connection.start();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toBeGreaterThan(1);
    connection.stop();
    const before = asked;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toBe(before);
  });

  it('ignores a session that comes after stop', async () => {
    let give: (s: string) => void = () => undefined;
    const { connection } = setUp(() => new Promise((resolve) => (give = resolve)));
    connection.start();
    connection.stop();
    give('late');
    await vi.advanceTimersByTimeAsync(10);
    expect(FakeSocket.all).toHaveLength(0);
  });
});
