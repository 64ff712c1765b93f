import type { Row, View } from './types';

export type Sort = 'priority' | 'waiting' | 'sla';

/** What a list is narrowed to; "" lets everything through. */
export interface Narrow {
  queue: string;
  reason: string;
  language: string;
  priority: string;
  channel: string;
  sort: Sort;
}

export const wide: Narrow = { queue: '', reason: '', language: '', priority: '', channel: '', sort: 'priority' };

/** The rows of a view, narrowed and in order. `team` is known to the server alone: its list is given. */
export function listed(rows: Iterable<Row>, view: View, me: string, team: ReadonlySet<string>, n: Narrow): Row[] {
  const out: Row[] = [];
  for (const r of rows) if (inView(r, view, me, team) && fits(r, n)) out.push(r);
  return out.sort((a, b) => order(a, b, view === 'mine' ? 'waiting' : n.sort));
}

/** How many rows a view has. */
export function counted(rows: Iterable<Row>, view: View, me: string, team: ReadonlySet<string>): number {
  let n = 0;
  for (const r of rows) if (inView(r, view, me, team)) n++;
  return n;
}

export function inView(r: Row, view: View, me: string, team: ReadonlySet<string>): boolean {
  switch (view) {
    case 'mine':
      return (r.owner === 'agent' && r.agent === me && !r.snoozed_until) || Boolean(r.offer);
    case 'waiting':
      return r.owner === 'queue';
    case 'team':
      return team.has(r.chat);
    case 'mentioned':
      return Boolean(r.mentioned);
    case 'snoozed':
      return Boolean(r.snoozed_until);
    case 'all':
      return true;
  }
}

function fits(r: Row, n: Narrow): boolean {
  return (
    (!n.queue || r.queue === n.queue) &&
    (!n.reason || r.reason === n.reason) &&
    (!n.language || r.language === n.language) &&
    (!n.priority || String(r.priority) === n.priority) &&
    (!n.channel || r.channel === n.channel)
  );
}

// By code units: these are instants and ids, and a locale's order costs a hundred times as much.
const plain = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const breach = { breach: 0, warning: 1, ok: 2 } as const;

function order(a: Row, b: Row, sort: Sort): number {
  const since = plain(a.waiting_since ?? '~', b.waiting_since ?? '~') || plain(a.chat, b.chat);
  if (sort === 'waiting') return Number(b.unanswered) - Number(a.unanswered) || since;
  if (sort === 'sla') return breach[a.sla.state] - breach[b.sla.state] || plain(a.sla.due ?? '~', b.sla.due ?? '~') || since;
  return rank(a) - rank(b) || a.priority - b.priority || since;
}

// Whom somebody waits for comes before what the bot is doing, and that before what is over.
const ranks: Record<Row['owner'], number> = { queue: 0, agent: 1, bot: 2, closed: 3 };
const rank = (r: Row): number => ranks[r.owner];

/** The values that a field has among the rows, with their labels, for a menu. */
export function choices(rows: Iterable<Row>, value: (r: Row) => string, label: (r: Row) => string): { id: string; label: string }[] {
  const seen = new Map<string, string>();
  for (const r of rows) if (value(r) && !seen.has(value(r))) seen.set(value(r), label(r) || value(r));
  return [...seen].map(([id, l]) => ({ id, label: l })).sort((a, b) => a.label.localeCompare(b.label));
}

/** A filter as it is saved, and back. */
export function writeNarrow(n: Narrow): string {
  const set = Object.entries(n).filter(([k, v]) => v && v !== wide[k as keyof Narrow]);
  return new URLSearchParams(Object.fromEntries(set)).toString();
}

export function readNarrow(query: string): Narrow {
  const p = new URLSearchParams(query);
  const get = (k: string): string => p.get(k) ?? '';
  const sort = get('sort');
  return {
    queue: get('queue'),
    reason: get('reason'),
    language: get('language'),
    priority: get('priority'),
    channel: get('channel'),
    sort: sort === 'waiting' || sort === 'sla' ? sort : 'priority',
  };
}
