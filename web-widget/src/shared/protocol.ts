// What the widget and the server say to each other. The server formats every
// sum, date and number; nothing here is parsed for display.

export type Speaker = 'borrower' | 'bot' | 'human' | 'system';
export type Owner = 'bot' | 'queue' | 'agent' | 'closed';

export interface Row {
  label?: string;
  cells: string[] | null;
  strong?: boolean;
  option?: string; // choosing the row is choosing this option
}

export interface Card {
  kind: string;
  id?: string; // the quote's, on confirm cards
  title?: string;
  columns?: string[];
  rows?: Row[];
  notes?: string[];
  expires?: string; // RFC 3339
  read_seconds?: number; // before the confirm button works
}

export interface Option {
  id: string;
  label: string;
  card?: string;
  url?: string; // opened, not sent back
}

export interface Message {
  seq: number;
  id: string;
  speaker: Speaker;
  name?: string;
  at: string;
  day: string;
  time: string;
  text?: string;
  card?: Card;
  options?: Option[];
  client?: string; // the client id of the sender's own message
  channel?: string;
  hidden?: boolean; // above the session's level: no text, card or options
}

/** What the outbox keeps and sends again, unchanged, until it is acknowledged. */
export type Outgoing =
  | { t: 'text'; n: number; id: string; text: string; seen: number }
  | { t: 'tap'; n: number; id: string; option: string; card?: string; fields?: Record<string, string>; seen: number };

export type ClientFrame =
  | { t: 'hello'; after: number; device: string; open: boolean; locale: string }
  | Outgoing
  | { t: 'typing'; on: boolean }
  | { t: 'seen'; seq: number; got: number } // before the person up to seq, in the widget up to got
  | { t: 'open' } // the person has the chat before them
  | { t: 'close' } // no longer: the panel is closed, or the page behind others
  | { t: 'ping' };

export interface Ready {
  t: 'ready';
  level: number;
  expires_at: string;
  seq: number;
  owner: Owner;
  agent: string;
  locale: string;
  now: string;
}

export interface State {
  t: 'state';
  owner?: Owner;
  agent?: string;
  level?: number;
  position?: number;
  eta?: string;
  locale?: string;
}

export interface Nack {
  t: 'nack';
  n: number;
  id: string;
  code: string;
  text: string;
}

export type ServerFrame =
  | Ready
  | State
  | Nack
  | { t: 'msg'; m: Message }
  | { t: 'ack'; n: number; id: string; seq: number }
  | { t: 'typing'; who: 'bot' | 'human'; on: boolean }
  | { t: 'redact'; from: number }
  | { t: 'pong' }
  | { t: 'bye'; code: string; text: string };

/** Answer of POST /v1/session and its renewals. */
export interface SessionInfo {
  session: string;
  expires_at: string;
  level: number;
  locale: string;
}

export const subprotocol = 'warmline.v1';
