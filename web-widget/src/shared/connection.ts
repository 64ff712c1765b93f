import { backoff, closeAction, retryAfter, type CloseAction } from './close';
import { subprotocol, type ClientFrame, type ServerFrame } from './protocol';

export type Phase = 'idle' | 'connecting' | 'open' | 'waiting' | 'stopped';

/** What the connection asks of its owner. */
export interface Owner {
  credential(): Promise<string>; // the session token; may take long: the host may have to ask the person
  hello(): ClientFrame;
  frame(f: ServerFrame): void;
  phase(p: Phase): void;
  closed(action: CloseAction): void;
}

export interface Surroundings {
  socket(url: string, protocols: string[]): WebSocket;
  random(): number;
}

export const browserSurroundings: Surroundings = {
  socket: (url, protocols) => new WebSocket(url, protocols),
  random: Math.random,
};

// An offline socket never closes by itself, so silence is measured here.
const askAfter = 15_000;
const answerWithin = 7_000;
const openWithin = 12_000;

/**
 * One web socket after another to the same chat. Comes back by itself with
 * jittered pauses for as long as the close codes allow it.
 */
export class Connection {
  private readonly url: string;
  private readonly owner: Owner;
  private readonly env: Surroundings;
  private socket: WebSocket | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private attempt = 0;
  private run = 0; // rises with each attempt: answers to older ones are void
  private now: Phase = 'idle';

  constructor(server: string, owner: Owner, env: Surroundings = browserSurroundings) {
    this.url = `${server.replace(/^http/, 'ws')}/v1/chat`;
    this.owner = owner;
    this.env = env;
  }

  get phase(): Phase {
    return this.now;
  }

  start(): void {
    if (this.now === 'idle' || this.now === 'stopped') void this.connect();
  }

  stop(phase: 'idle' | 'stopped' = 'idle'): void {
    this.leave();
    this.enter(phase);
  }

  /** The network or the page came back: do not wait out a pause, do not trust an old socket. */
  wake(): void {
    if (this.now === 'waiting') {
      this.attempt = 0;
      void this.connect();
    } else if (this.now === 'open') this.ask(answerWithin / 2);
  }

  /** Leaves this socket and opens another at once, to resume. */
  again(): void {
    if (this.now === 'open') void this.connect();
  }

  /** Sends if there is a connection. A text also starts waiting for an answer. */
  send(f: ClientFrame): boolean {
    if (this.now !== 'open' || this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(f));
    if (f.t === 'text' || f.t === 'tap') this.expect(answerWithin);
    return true;
  }

  private async connect(): Promise<void> {
    this.leave();
    const run = this.run;
    this.enter('connecting');
    try {
      const session = await this.owner.credential();
      if (run === this.run) this.dial(session, run);
    } catch {
      if (run === this.run) this.later(backoff(this.attempt++, this.env.random));
    }
  }

  private dial(session: string, run: number): void {
    const socket = this.env.socket(this.url, [subprotocol, `s.${session}`]);
    this.socket = socket;
    this.timer = setTimeout(() => this.lost(run, 1006, ''), openWithin);
    socket.onopen = () => {
      if (run !== this.run) return;
      socket.send(JSON.stringify(this.owner.hello())); // before anything else may be sent
      this.enter('open');
      this.expect(openWithin);
    };
    socket.onmessage = (event) => {
      if (run === this.run) this.receive(String(event.data));
    };
    socket.onclose = (event) => this.lost(run, event.code, event.reason);
  }

  private receive(data: string): void {
    this.idle();
    let f: ServerFrame;
    try {
      f = JSON.parse(data) as ServerFrame;
    } catch {
      return; // a newer server's frame: not for us
    }
    if (f.t === 'ready') this.attempt = 0;
    this.owner.frame(f);
  }

  private lost(run: number, code: number, reason: string): void {
    if (run !== this.run) return;
    const action = closeAction(code);
    this.leave();
    if (action === 'stop' || action === 'ended') this.enter('stopped');
    else this.later(action === 'wait' ? retryAfter(reason) : backoff(this.attempt++, this.env.random));
    this.owner.closed(action);
  }

  private later(ms: number): void {
    this.enter('waiting');
    this.timer = setTimeout(() => void this.connect(), ms);
  }

  private idle(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(answerWithin), askAfter);
  }

  private ask(within: number): void {
    this.socket?.send('{"t":"ping"}');
    this.expect(within);
  }

  private expect(within: number): void {
    const run = this.run;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.lost(run, 1006, ''), within);
  }

  private leave(): void {
    this.run++;
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = undefined;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  private enter(p: Phase): void {
    if (this.now === p) return;
    this.now = p;
    this.owner.phase(p);
  }
}
