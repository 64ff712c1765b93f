import type { Desk } from './app';
import type { Field, Form, Values } from './form';
import type { Room } from './room';
import type { Hold, Offer, Request } from './types';

// The dialogs of the chat's actions. Each asks for what the action needs and no more.

const outcomes = (room: Room): Field['choices'] => (room.chat?.outcomes ?? []).map((o) => ({ id: o.code, label: o.label }));

function open(desk: Desk, form: Omit<Form, 'submit'> & { submit?: string }): void {
  desk.ask({ submit: form.title, ...form });
}

export function release(desk: Desk, room: Room): void {
  const { words } = desk.model;
  open(desk, {
    title: words.say('release'),
    intro: words.say('release_intro'),
    fields: [
      { name: 'outcome', label: words.say('outcome'), kind: 'choice', choices: outcomes(room) ?? [], required: true },
      { name: 'settled', label: words.say('settled'), kind: 'long', max: 200, hint: words.say('settled_hint') },
    ],
    run: (v) => room.act('release', v).then(() => room.load()),
  });
}

export function close(desk: Desk, room: Room): void {
  const { words } = desk.model;
  open(desk, {
    title: words.say('resolve'),
    intro: words.say('close_intro'),
    fields: [
      { name: 'outcome', label: words.say('outcome'), kind: 'choice', choices: outcomes(room) ?? [], required: true },
      { name: 'quiet', label: words.say('quiet'), kind: 'check' },
    ],
    run: (v) => room.act('close', { outcome: v['outcome'], quiet: v['quiet'] === 'on' }).then(() => room.load()),
  });
}

export function transfer(desk: Desk, room: Room): void {
  const { words } = desk.model;
  const people = (room.chat?.agents ?? []).map((a) => ({
    id: `agent:${a.id}`,
    label: `${a.name} · ${words.say(`status_${a.status}`)} · ${a.load}/${a.cap}`,
  }));
  const queues = (room.chat?.queues ?? []).map((q) => ({ id: `queue:${q.id}`, label: `${words.say('queue')} · ${q.label}` }));
  open(desk, {
    title: words.say('transfer'),
    fields: [
      { name: 'to', label: words.say('transfer_to'), kind: 'choice', choices: [...queues, ...people], required: true },
      { name: 'note', label: words.say('transfer_note'), kind: 'long', required: true, max: 1000 },
    ],
    run: (v) => room.act('transfer', v).then(() => room.load()),
  });
}

export function hold(desk: Desk, room: Room): void {
  const { words } = desk.model;
  const kinds = (room.context?.hold_kinds ?? []).map((k) => ({ id: k.kind, label: k.label }));
  open(desk, {
    title: words.say('hold_place'),
    intro: words.say('hold_intro'),
    fields: [
      { name: 'kind', label: words.say('kind'), kind: 'choice', choices: kinds, required: true },
      { name: 'reason', label: words.say('reason'), kind: 'text', required: true, max: 200 },
      { name: 'until', label: words.say('until'), kind: 'date', hint: words.say('until_hint') },
    ],
    run: (v) => room.act('hold', v).then(() => room.load()),
  });
}

export function unhold(desk: Desk, room: Room, h: Hold): void {
  const { words } = desk.model;
  const two = h.two_people || (room.chat?.two_people ?? []).includes(h.kind);
  open(desk, {
    title: words.say('hold_release'),
    intro: two ? words.say('two_people') : words.say('unhold_intro'),
    lines: [h.label, h.reason].filter(Boolean),
    careful: two,
    submit: two ? words.say('ask_second') : words.say('hold_release'),
    fields: [{ name: 'reason', label: words.say('reason'), kind: 'text', required: true, max: 200 }],
    run: async (v) => {
      await room.act('unhold', { kind: h.kind, reason: v['reason'] });
      await room.load();
      if (two) desk.tell(words.say('request_sent'));
    },
  });
}

export function offer(desk: Desk, room: Room, o: Offer): void {
  const { words } = desk.model;
  open(desk, {
    title: words.say('offer_send'),
    intro: words.say('offer_intro'),
    lines: [o.label, `${words.say('total')} ${o.total}`, o.extra_cost ? `${words.say('extra_cost')} ${o.extra_cost}` : ''].filter(Boolean),
    fields: [],
    run: (v: Values) => room.act('offer', { ...v, option: o.option }).then(() => room.load()),
  });
}

const numeric = (v: Values): Record<string, unknown> => ({
  ...v,
  ...(v['days'] ? { days: Number(v['days']) } : {}),
  ...(v['count'] ? { count: Number(v['count']) } : {}),
});

/** Granting within one's authority, or asking a supervisor for what is beyond it. */
export function grant(desk: Desk, room: Room, name: 'grant' | 'request'): void {
  const { words } = desk.model;
  const kinds = ['hold', 'deferral', 'plan', 'token_payment', 'waiver'].map((k) => ({ id: k, label: words.say(`grant_${k}`) }));
  open(desk, {
    title: words.say(name === 'grant' ? 'grant' : 'request'),
    intro: words.say(name === 'grant' ? 'grant_intro' : 'request_intro'),
    lines: room.context?.authority.lines ?? [],
    fields: [
      { name: 'kind', label: words.say('kind'), kind: 'choice', choices: kinds, required: true },
      { name: 'days', label: words.say('days'), kind: 'number', only: 'hold deferral', half: true, hint: words.say('days_or_until') },
      { name: 'until', label: words.say('until'), kind: 'date', only: 'hold deferral', half: true },
      { name: 'count', label: words.say('count'), kind: 'number', only: 'plan', least: 2, most: 60 },
      { name: 'amount', label: words.say('amount'), kind: 'text', max: 20, only: 'token_payment waiver' },
      { name: 'reason', label: words.say('reason'), kind: 'text', required: true, max: 200 },
    ],
    run: async (v) => {
      await room.act(name, numeric(v));
      await room.load();
      if (name === 'request') desk.tell(words.say('request_sent'));
    },
  });
}

export function payLink(desk: Desk, room: Room): void {
  const { words } = desk.model;
  open(desk, {
    title: words.say('pay_link'),
    intro: words.say('pay_link_intro'),
    fields: [{ name: 'amount', label: words.say('amount'), kind: 'text', max: 20, hint: words.say('pay_link_hint') }],
    run: async (v) => void (await room.act('pay_link', v)),
  });
}

export function openCase(desk: Desk, room: Room): void {
  const { words } = desk.model;
  const kinds = ['dispute', 'complaint', 'fraud', 'hardship', 'privacy', 'waiver_request'].map((k) => ({ id: k, label: words.say(`case_${k}`) }));
  open(desk, {
    title: words.say('case_open'),
    intro: words.say('case_intro'),
    fields: [
      { name: 'kind', label: words.say('kind'), kind: 'choice', choices: kinds, required: true },
      { name: 'reason', label: words.say('reason'), kind: 'long', required: true, max: 500 },
    ],
    run: (v) => room.act('case', { do: 'open', ...v }).then(() => room.load()),
  });
}

export function resolveCase(desk: Desk, room: Room, c: { kind: string; ref: string; label: string }): void {
  const { words } = desk.model;
  open(desk, {
    title: words.say('case_resolve'),
    lines: [c.label],
    fields: [
      { name: 'outcome', label: words.say('outcome'), kind: 'choice', required: true, choices: ['upheld', 'partial', 'rejected'].map((k) => ({ id: k, label: words.say(`case_${k}`) })) },
      { name: 'evidence', label: words.say('evidence'), kind: 'text', max: 200 },
      { name: 'reason', label: words.say('reason'), kind: 'long', required: true, max: 500 },
    ],
    run: async (v) => {
      await room.act('case', { do: 'resolve', kind: c.kind, ref: c.ref, ...v });
      await room.load();
      desk.tell(words.say('case_resolving'));
    },
  });
}

export function snooze(desk: Desk, room: Room): void {
  const { words } = desk.model;
  open(desk, {
    title: words.say('snooze'),
    intro: words.say('snooze_intro'),
    fields: [{ name: 'until', label: words.say('until'), kind: 'time', required: true }],
    run: (v) => room.act('snooze', { until: new Date(v['until'] ?? '').toISOString() }).then(() => room.load()),
  });
}

/** Approving or refusing what a colleague asked for. */
export function decide(desk: Desk, r: Request, verdict: 'approve' | 'refuse' | 'withdraw'): void {
  const { words, room } = desk.model;
  open(desk, {
    title: words.say(verdict),
    lines: [r.what, `${r.by_name}: ${r.reason}`],
    careful: verdict === 'approve',
    fields: verdict === 'withdraw' ? [] : [{ name: 'note', label: words.say('note'), kind: 'text', required: verdict === 'refuse', max: 200 }],
    run: async (v) => {
      await desk.api.post(`/requests/${r.id}/${verdict}`, verdict === 'withdraw' ? {} : v);
      await desk.loadRequests();
      if (room?.id === r.chat) await room.load();
    },
  });
}
