// The console's keys. A single letter works only while nothing is being typed.

export type Command =
  | 'next' | 'previous' | 'open' | 'take' | 'reply' | 'note' | 'resolve' | 'release' | 'transfer' | 'search'
  | 'context' | 'acknowledge' | 'canned' | 'help' | 'view' | 'leave';

export const keys: readonly { key: string; command: Command }[] = [
  { key: 'j', command: 'next' },
  { key: 'k', command: 'previous' },
  { key: 'Enter', command: 'open' },
  { key: 't', command: 'take' },
  { key: 'r', command: 'reply' },
  { key: 'n', command: 'note' },
  { key: 'e', command: 'resolve' },
  { key: 'b', command: 'release' },
  { key: 'm', command: 'transfer' },
  { key: '/', command: 'search' },
  { key: 'c', command: 'context' },
  { key: 'a', command: 'acknowledge' },
  { key: '?', command: 'help' },
  { key: 'v', command: 'view' },
  { key: 'Escape', command: 'leave' },
];

export interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  isComposing: boolean;
}

/** What a key asks for, or undefined: keys with modifiers are the browser's, keys in a field are text. */
export function command(e: Pressed, typing: boolean, onButton: boolean): Command | undefined {
  if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return undefined;
  if (typing && e.key !== 'Escape') return undefined;
  if (onButton && e.key === 'Enter') return undefined; // a button's own key
  return keys.find((k) => k.key === e.key)?.command;
}
