import type { ClientFrame, ServerFrame } from './types';

export type Link = 'idle' | 'connecting' | 'open' | 'away' | 'closed';

export interface SocketOwner {
  frame(f: ServerFrame): void;
  link(l: Link): void;
  left(code: number): void; // closed for good: signed out (4401) or not allowed (4403)
}

const pingEvery = 10_000;
const silentFor = 20_000;

/** The pause before the attempt after n failed ones: 1, 2, 4, 8, 15 s. */
export function pause(n: number): number {
  return Math.min(15_000, 1000 * 2 ** Math.min(n, 4));
}

/**
 * The desk's socket. Its pings are also what tells the server that the agent is
 * still there, and it notices silence by itself: a socket without a network
 * never closes.
 */
export class DeskSocket {
  now: Link = 'idle';
  private readonly owner: SocketOwner;
  private readonly open: () => WebSocket;
  private socket: WebSocket | undefined;
  private attempt = 0;
  private heard = 0;
  private beat: ReturnType<typeof setInterval> | undefined;
  private again: ReturnType<typeof setTimeout> | undefined;

  constructor(owner: SocketOwner, open: () => WebSocket = dial) {
    this.owner = owner;
    this.open = open;
  }

  start(): void {
    if (this.now === 'connecting' || this.now === 'open') return;
    clearTimeout(this.again);
    this.turn('connecting');
    const s = this.open();
    this.socket = s;
    s.onopen = () => this.opened(s);
    s.onmessage = (e) => this.heardOf(s, String(e.data));
    s.onclose = (e) => this.ended(s, e.code);
    this.heard = Date.now();
    clearInterval(this.beat);
    this.beat = setInterval(() => this.pulse(s), pingEvery);
  }

  stop(): void {
    this.drop();
    this.turn('closed');
  }

  /** The network came back or the page is looked at again: do not wait for the pause to end. */
  wake(): void {
    if (this.now === 'away') this.start();
    else if (this.now === 'open') this.send({ t: 'ping' });
  }

  send(f: ClientFrame): boolean {
    if (this.now !== 'open' || !this.socket) return false;
    this.socket.send(JSON.stringify(f));
    return true;
  }

  private opened(s: WebSocket): void {
    if (s !== this.socket) return;
    s.send(JSON.stringify({ t: 'hello' } satisfies ClientFrame));
  }

  private heardOf(s: WebSocket, data: string): void {
    if (s !== this.socket) return;
    this.heard = Date.now();
    const f = JSON.parse(data) as ServerFrame;
    if (f.t === 'ready') {
      this.attempt = 0;
      this.turn('open');
    }
    this.owner.frame(f);
  }

  private pulse(s: WebSocket): void {
    if (s !== this.socket) return;
    if (Date.now() - this.heard >= silentFor) return this.ended(s, 0);
    this.send({ t: 'ping' });
  }

  private ended(s: WebSocket, code: number): void {
    if (s !== this.socket) return;
    this.drop();
    if (code === 4401 || code === 4403) {
      this.turn('closed');
      return this.owner.left(code);
    }
    this.turn('away');
    this.again = setTimeout(() => this.start(), pause(this.attempt++));
  }

  private drop(): void {
    const s = this.socket;
    this.socket = undefined;
    clearInterval(this.beat);
    clearTimeout(this.again);
    s?.close();
  }

  private turn(l: Link): void {
    if (l === this.now) return;
    this.now = l;
    this.owner.link(l);
  }
}

function dial(): WebSocket {
  const url = new URL('/desk/api/ws', location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  return new WebSocket(url, ['warmline.desk.v1']);
}
