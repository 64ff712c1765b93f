// Close codes are part of the protocol: each says what to do next.

export type CloseAction =
  | 'retry' // come back with jitter
  | 'token' // the session is no longer valid: ask the host for a fresh token
  | 'skip' // the message in flight is too big: drop it, then come back
  | 'wait' // come back after the pause that the reason names
  | 'stop' // coming back cannot help
  | 'ended'; // logged out: stop and forget everything

const actions: Record<number, CloseAction> = {
  4000: 'stop',
  4001: 'token',
  4003: 'stop',
  4008: 'retry',
  4009: 'skip',
  4010: 'ended',
  4029: 'wait',
};

/** What a close code asks for. Codes that are not ours mean a lost connection. */
export function closeAction(code: number): CloseAction {
  return actions[code] ?? 'retry';
}

/** The pause in milliseconds that a 4029 names, within reason. */
export function retryAfter(reason: string): number {
  const found = /retry_ms\D{0,4}(\d{1,9})/.exec(reason) ?? /^(\d{1,9})$/.exec(reason.trim());
  const ms = found ? Number(found[1]) : 5000;
  return Math.min(Math.max(ms, 250), 10 * 60_000);
}

/** Exponential pause with full jitter over its upper half: 0.5 s to 20 s. */
export function backoff(attempt: number, random: () => number): number {
  const top = Math.min(20_000, 500 * 2 ** Math.min(attempt, 10));
  return top / 2 + (top / 2) * random();
}
