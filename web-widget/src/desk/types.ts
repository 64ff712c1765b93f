// What the desk's server says: the shapes of its answers. Whatever is called
// text, label, day or time is ready to be shown; nothing here is computed on.
import type { Card, Option, Owner, Speaker } from '../shared/protocol';

export type Role = 'agent' | 'supervisor' | 'compliance' | 'admin';
export type Status = 'available' | 'away' | 'wrap_up' | 'offline';
export type Theme = 'auto' | 'light' | 'dark';
export type View = 'mine' | 'waiting' | 'team' | 'all' | 'mentioned' | 'snoozed';
export type Clock = 'ok' | 'warning' | 'breach';

export interface Preferences {
  language: 'zh' | 'en';
  theme: Theme;
  sound: boolean;
}

export interface Me {
  id: string;
  name: string;
  display: string;
  role: Role;
  skills: string[] | null;
  teams: string[] | null;
  cap: number;
  status: Status;
  load: number;
  must_change: boolean;
  demo: boolean;
  unreviewed: string[]; // rule packs that two persons have not signed
  csrf: string;
  settings: Preferences;
  zone?: string; // that clock times are shown in
  rights: string[] | null;
  now: string;
}

export interface Row {
  chat: string;
  name: string;
  masked: boolean;
  owner: Owner;
  agent?: string;
  agent_name?: string;
  epoch: number;
  revision: number;
  seq: number;
  queue: string;
  queue_label: string;
  priority: number;
  reason: string;
  reason_label: string;
  language: string;
  channel: string;
  holds?: string[] | null;
  waiting_since?: string;
  last_in?: string;
  unanswered: boolean;
  unread: number;
  preview?: { speaker: Speaker; text: string };
  sla: { kind: 'first' | 'next' | 'none'; due?: string; state: Clock };
  position?: number;
  snoozed_until?: string;
  mentioned?: boolean;
  offer?: { until: string };
  reopened_for?: boolean;
  request?: number;
  page?: { ref: string; at: string; acked?: boolean };
}

export type Counts = Partial<Record<View | 'p0', number>>;

export interface Viewer {
  id: string;
  name: string;
  replying: boolean;
}

export interface Finding {
  rule: string;
  family: string;
  severity: 'hard' | 'soft';
  from: number; // UTF-16
  to: number;
  quote: string;
  text: string;
}

export interface OfferRow {
  n?: number;
  due: string;
  amount: string;
}

export interface Offer {
  option: string;
  kind: string;
  label: string;
  total: string;
  extra_cost: string;
  apr?: string;
  rows: OfferRow[] | null;
  also_due?: OfferRow[] | null;
  rules: string[] | null;
  text: string;
}

export interface Quote {
  id: string;
  option: string;
  label: string;
  expires: string;
  expired: boolean;
  seq: number;
  offer: Offer;
}

export interface Request {
  id: string;
  chat: string;
  kind: 'grant' | 'unhold';
  what: string;
  reason: string;
  by: string;
  by_name: string;
  at: string;
  state: 'open' | 'approved' | 'refused' | 'withdrawn' | 'failed';
  decided_by?: string;
  note?: string;
  mine: boolean;
  may_decide: boolean;
}

export interface Page {
  ref: string;
  chat: string;
  at: string;
  tries: number;
  to: string[] | null;
  by?: string;
  acked_at?: string;
}

export interface Named {
  id: string;
  label: string;
}

export interface Chat {
  row: Row;
  mine: boolean;
  may: Record<string, boolean>;
  level: number;
  locked: boolean;
  level_until?: string;
  first_seq: number;
  last_seq: number;
  drafts: { reply?: string; note?: string };
  viewers: Viewer[] | null;
  typing?: boolean;
  pending_offer?: Quote | null;
  requests: Request[] | null;
  two_people: string[] | null;
  outcomes: { code: string; label: string }[] | null;
  queues: Named[] | null;
  agents: { id: string; name: string; status: Status; load: number; cap: number }[] | null;
  snooze?: { until: string; by: string } | null;
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
  channel?: string;
  note?: boolean;
  mentions?: string[] | null;
  event?: string;
  level?: number;
  hidden?: boolean;
  file?: { id: string; name: string; kind: 'image' | 'pdf'; size: number; url: string };
  why?: boolean;
  by?: string;
  delivered?: boolean;
  read?: boolean;
  mine?: boolean;
  masked?: { from: number; to: number; kind: string; reason: string }[] | null;
  tombstone?: { reason: string; by: string; at: string };
}

export interface Why {
  rules: { id: string; text: string; outcome?: string }[] | null;
  rules_hash: string;
  act: string;
  text_id: string;
  template: boolean;
  model: string;
  class: string;
  level: number;
  locale: string;
}

export interface Line {
  label: string;
  text: string;
  strong?: boolean;
  seq?: number;
  code?: string;
}

export interface Hold {
  kind: string;
  label: string;
  reason: string;
  start: string;
  end?: string;
  by_name: string;
  two_people: boolean;
}

export interface Context {
  locked: boolean;
  level: number;
  level_until?: string;
  locale: string;
  zone_now: string;
  channel: string;
  stale: boolean;
  identity: {
    borrower: string;
    name: string;
    phone?: string;
    channels: { channel: string; since: string; level: number; doubted: boolean }[] | null;
  };
  facts?: { key: string; label: string; text: string; source: string; at: string }[] | null;
  accounts?:
    | {
        ref: string;
        product: string;
        label: string;
        due: Line;
        rows: Line[] | null;
        schedule: { due: string; amount: string; label: string }[] | null;
      }[]
    | null;
  arrangements?:
    | { id: string; label: string; status_label: string; rows: OfferRow[] | null; total: string; created: string; paid: string }[]
    | null;
  promise?: { amount: string; date: string; made: string; moves: number } | null;
  payments?: { ref: string; amount: string; at: string; status: string }[] | null;
  holds: Hold[] | null;
  disclosures: { text: string; locale: string; at: string }[] | null;
  offered?: { option: string; label: string; at: string; seq: number; state: string }[] | null;
  stated: { reasons: Line[] | null; needs: Line[] | null };
  recap: Line[] | null;
  cases: { kind: string; label: string; ref: string; ticket: string; opened: string; due?: string; state: Clock }[] | null;
  calls: { kind: string; label: string; at: string }[] | null;
  earlier: { from: string; to: string; queue: string; agent_name: string; outcome_label: string; first_seq: number }[] | null;
  offers?: Offer[] | null;
  limits?: Line[] | null;
  authority: { role: string; lines: string[] | null };
  hold_kinds: { kind: string; label: string }[] | null;
  summary: { text: string; source: { kind: string; seq?: number; label: string }; at?: string }[] | null;
  crisis: boolean;
  prefs: string[] | null;
}

export interface Canned {
  id: string;
  group: string;
  group_label?: string;
  label: string;
  text: string;
  crisis: boolean;
}

export interface Suggestion {
  id: string;
  label: string;
  text: string;
  why: string;
}

export interface Hit {
  chat: Row;
  seq: number;
  at: string;
  speaker: Speaker;
  excerpt: { text: string; hit: boolean }[] | null;
}

export interface Filter {
  id: string;
  name: string;
  query: string;
  shared: boolean;
  owner: string;
}

export interface Board {
  now: string;
  live: {
    waiting: number;
    oldest_waiting_s: number;
    by_queue: { queue: string; label: string; waiting: number; oldest_s: number; eta_s?: number }[] | null;
    with_agents: number;
    p0: number;
  };
  agents:
    | { id: string; name: string; role: Role; status: Status; load: number; cap: number; handled_today: number; avg_handle_s?: number }[]
    | null;
  sla: Record<'first' | 'next', { met: number; missed: number; warning: number }>;
  handoffs: { reason: string; label: string; n: number }[] | null;
  outcomes: { code: string; label: string; n: number }[] | null;
  ratings: { stars: number; n: number }[] | null;
  complaints: { chat: string; name: string; opened: string; due: string; state: Clock; ticket: string }[] | null;
  missed: number;
  blocked: number;
  requests: number;
}

export interface Series {
  t: number[];
  handoffs: (number | null)[];
  claimed: (number | null)[];
  abandoned: (number | null)[];
  first_response_s: (number | null)[];
  handle_s: (number | null)[];
  waiting: (number | null)[];
}

export interface Missed {
  id: string;
  chat: string;
  name: string;
  queue: string;
  reason_label: string;
  queued_at: string;
  why: 'abandoned' | 'late' | 'agent_lost';
  waited_s: number;
  reviewed?: { by: string; at: string; note: string };
}

export interface Blocked {
  id: string;
  at: string;
  chat: string;
  agent_name: string;
  rules: string[] | null;
  severity: string;
  overridden: boolean;
  text: string;
}

export interface Entry {
  id: string;
  at: string;
  who: string;
  who_name: string;
  role: string;
  kind: string;
  chat?: string;
  detail?: string;
}

export interface Account {
  id: string;
  name: string;
  display: string;
  role: Role;
  skills: string[] | null;
  teams: string[] | null;
  languages: string[] | null;
  cap: number;
  disabled: boolean;
  must_change: boolean;
  last_seen?: string;
}

export interface Team {
  id: string;
  label: string;
  queues: string[] | null; // none: those of no other team
  hours: string; // "09:00-21:00" or "always"
  days: string; // "mon-fri" or "mon,wed"
  zone: string;
  holidays: string[] | null;
}

/** How soon people of a priority are to be answered, in seconds. */
export interface Target {
  priority: number;
  first_s: number;
  next_s: number;
  warn_s: number; // before that
}

export interface Workplace {
  mode: 'push' | 'pull';
  offer_seconds: number;
  lost_seconds: number;
  cap: number;
  display: 'given' | 'staff' | 'team';
  teams: Team[] | null;
  sla: Target[] | null;
  on_call: string[] | null;
  slots: string[] | null;
  known_queues: Named[] | null;
  known_people: Named[] | null; // who can be on call
}

export type ServerFrame =
  | { t: 'ready'; now: string; me: Me; rows: Row[] | null; counts: Counts; pages: Page[] | null; requests: number }
  | { t: 'rows'; rows: Row[] | null; gone: string[] | null; counts: Counts }
  | { t: 'msg'; chat: string; m: Message }
  | { t: 'chat'; chat: string; chat_state: Chat }
  | { t: 'context'; chat: string }
  | { t: 'again'; chat: string; seq?: number }
  | { t: 'typing'; chat: string; who: 'borrower' | 'agent'; id?: string; name?: string; on: boolean }
  | { t: 'viewers'; chat: string; viewers: Viewer[] | null }
  | { t: 'marks'; chat: string; level: number; got: number; seen: number; taken?: number }
  | { t: 'offer'; chat: string; row: Row; until: string }
  | { t: 'offer_gone' | 'lost'; chat: string }
  | { t: 'page' | 'page_done'; page: Page }
  | { t: 'request'; request: Request }
  | { t: 'mention'; chat: string; seq: number; by: string }
  | { t: 'sla'; chat: string; kind: string; state: Clock }
  | { t: 'check'; n: number; findings: Finding[] | null }
  | { t: 'me'; me: Me }
  | { t: 'pong'; now: string }
  | { t: 'nack'; for: string; code: string; text: string }
  | { t: 'bye'; code: string; text: string };

export type ClientFrame =
  | { t: 'hello' }
  | { t: 'ping' }
  | { t: 'watch'; chat: string; after: number }
  | { t: 'unwatch'; chat: string }
  | { t: 'typing'; chat: string; on: boolean }
  | { t: 'viewing'; chat: string; replying: boolean }
  | { t: 'check'; n: number; chat: string; text: string };
