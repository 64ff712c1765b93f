import type { Words } from '../shared/words';
import type { Form } from './form';
import { wide, type Narrow } from './queue';
import type { Room } from './room';
import type { Link } from './socket';
import type {
  Account, Blocked, Board, Counts, Entry, Filter, Hit, Me, Missed, Page, Request, Row, Series, View, Workplace,
} from './types';

export type Place = 'chats' | 'requests' | 'board' | 'audit' | 'settings';
export type Tab = 'summary' | 'account' | 'options' | 'cases';

/** What the supervisor's page shows, as last fetched. */
export interface BoardModel {
  board?: Board;
  series?: Series;
  missed: Missed[];
  blocked: Blocked[];
  hours: number;
}

/** What the compliance page shows. */
export interface AuditModel {
  entries: Entry[];
  next: string;
  chat: string;
  who: string;
  kind: string;
  retention: { class: string; label: string; days: number }[];
}

/** Everything that the page shows. The only mutable state there is. */
export interface Model {
  phase: 'start' | 'signin' | 'password' | 'ready' | 'down';
  words: Words;
  me: Me | undefined;
  link: Link;
  skew: number; // server's clock minus ours, ms
  farewell: string;
  place: Place;
  view: View;
  narrow: Narrow;
  narrowing: boolean;
  filters: Filter[];
  query: string;
  hits: Hit[] | undefined;
  rows: Map<string, Row>;
  team: Set<string>;
  counts: Counts;
  cursor: string; // the row that j and k stand on
  pages: Page[];
  open: number; // open requests
  requests: Request[];
  room: Room | undefined;
  aside: boolean; // the context pane, where it is a drawer
  tab: Tab;
  form: Form | undefined;
  help: boolean;
  notice: { text: string; care: boolean; n: number } | undefined;
  failed: string; // words under the sign-in form
  busy: boolean;
  board: BoardModel;
  audit: AuditModel;
  accounts: Account[];
  workplace: Workplace | undefined;
}

export function initial(words: Words): Model {
  return {
    phase: 'start', words, me: undefined, link: 'idle', skew: 0, farewell: '', place: 'chats', view: 'waiting', narrow: wide,
    narrowing: false, filters: [], query: '', hits: undefined, rows: new Map(), team: new Set(), counts: {}, cursor: '', pages: [],
    open: 0, requests: [], room: undefined, aside: false, tab: 'summary', form: undefined, help: false, notice: undefined,
    failed: '', busy: false, board: { missed: [], blocked: [], hours: 24 },
    audit: { entries: [], next: '', chat: '', who: '', kind: '', retention: [] }, accounts: [], workplace: undefined,
  };
}

/** Whether somebody has a right; what is hidden for the lack of one is refused by the server too. */
export const may = (m: Model, right: string): boolean => m.me?.rights?.includes(right) ?? false;

/** What a queue is called, as far as this console has been told. */
export function queueName(m: Model, id: string): string {
  const known = m.workplace?.known_queues?.find((q) => q.id === id)?.label;
  return known ?? [...m.rows.values()].find((r) => r.queue === id)?.queue_label ?? id;
}

/** Now on the server's clock, ms. */
export const serverNow = (m: Model): number => Date.now() + m.skew;

/** Whether anything can be done at the moment. */
export const linked = (m: Model): boolean => m.link === 'open';
