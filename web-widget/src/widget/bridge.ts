// How the widget talks to what it lives in besides a plain page: a native app's
// web view, or a frame of a host page. docs/embedding.md describes both sides.

/** What goes out: one name and, where there is more to say, a value. */
export interface Notice {
  type: 'token' | 'stepup' | 'unread' | 'open' | 'close';
  value?: unknown;
}

/** What may come in. */
export type Command =
  | { type: 'token'; token: string }
  | { type: 'stepup'; token: string }
  | { type: 'locale'; locale: string }
  | { type: 'open' | 'close' | 'pause' | 'resume' | 'back' | 'logout' };

interface NativeWindow {
  WarmlineBridge?: { postMessage(json: string): void };
  webkit?: { messageHandlers?: { warmline?: { postMessage(body: unknown): void } } };
}

/** Tells the native app, if there is one. */
export function tellNative(n: Notice): void {
  const w = window as unknown as NativeWindow;
  w.WarmlineBridge?.postMessage(JSON.stringify(n));
  w.webkit?.messageHandlers?.warmline?.postMessage(n);
}

/** Tells the page around this frame, and no other origin. */
export function tellFrame(n: Notice, origin: string): void {
  if (origin && window.parent !== window) window.parent.postMessage({ warmline: n }, origin);
}

/** A command in a message event, if it comes from the one allowed page around this frame. */
export function frameCommand(event: MessageEvent, origin: string): Command | undefined {
  if (!origin || event.origin !== origin || event.source !== window.parent || window.parent === window) return undefined;
  const data = event.data as { warmline?: Command } | null;
  return typeof data?.warmline?.type === 'string' ? data.warmline : undefined;
}
