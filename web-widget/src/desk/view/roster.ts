import { html, nothing, type TemplateResult } from 'lit';
import type { Desk } from '../app';
import type { Values } from '../form';
import { may } from '../model';
import { days, daysOf, weekdays } from '../roster';
import type { Target, Team, Workplace } from '../types';
import { act } from './bits';
import { sheet } from './board';

// Who works when, how soon people are answered, and when they can be called back.

const split = (s: string | undefined): string[] => (s ?? '').split(/[\s,，、;；]+/).filter(Boolean);

export function roster(desk: Desk, w: Workplace): TemplateResult {
  return html`${teams(desk, w)} ${targets(desk, w)} ${slots(desk, w)}`;
}

async function save(desk: Desk, path: string, body: unknown): Promise<void> {
  await desk.api.put(`/settings/${path}`, body);
  await desk.loadSettings();
  desk.tell(desk.model.words.say('saved_everywhere'));
}

function teams(desk: Desk, w: Workplace): TemplateResult {
  const { model } = desk;
  const { words } = model;
  const edits = may(model, 'roster');
  const label = (id: string): string => w.known_queues?.find((q) => q.id === id)?.label ?? id;
  const row = (t: Team): unknown[] => [
    t.label,
    (t.queues ?? []).length ? (t.queues ?? []).map(label).join(words.say('list_comma')) : words.say('queues_rest'),
    html`${days(t.days, words)}<br />${t.hours === 'always' ? words.say('all_day') : t.hours.replace('-', ' – ')}`,
    t.zone,
    holidays(t, words.say('none')),
    edits
      ? html`<div class="row-acts">
          ${act(model, words.say('edit'), () => editTeam(desk, w, t), 'quiet', `team-${t.id}`)}
          ${(w.teams ?? []).length > 1 ? act(model, words.say('remove'), () => dropTeam(desk, t), 'quiet', `team-drop-${t.id}`) : nothing}
        </div>`
      : nothing,
  ];
  return html`${sheet(
    words.say('teams'),
    [words.say('name'), words.say('queue'), words.say('hours'), words.say('zone'), words.say('holidays'), words.say('actions')],
    (w.teams ?? []).map(row),
    words.say('none'),
    edits ? act(model, words.say('team_add'), () => editTeam(desk, w, undefined), '', 'team-add') : nothing,
  )}`;
}

function holidays(t: Team, none: string): TemplateResult | string {
  const list = t.holidays ?? [];
  if (list.length <= 3) return list.join(', ') || none;
  return html`<details><summary>${list.slice(0, 2).join(', ')} +${list.length - 2}</summary>${list.slice(2).join(', ')}</details>`;
}

function editTeam(desk: Desk, w: Workplace, t: Team | undefined): void {
  const { words } = desk.model;
  const always = t?.hours === 'always';
  const [from = '09:00', to = '18:00'] = always ? [] : (t?.hours ?? '').split('-').filter(Boolean);
  desk.ask({
    title: t ? words.say('team_edit', { name: t.label }) : words.say('team_add'),
    intro: words.say('team_intro'),
    submit: words.say('save'),
    fields: [
      ...(t ? [] : [{ name: 'id', label: words.say('team_id'), kind: 'text', required: true, max: 32, hint: words.say('team_id_hint') } as const]),
      { name: 'label', label: words.say('name'), kind: 'text', required: true, max: 40, value: t?.label ?? '' },
      { name: 'queues', label: words.say('queue'), kind: 'many', choices: w.known_queues ?? [], value: (t?.queues ?? []).join(','), hint: words.say('queues_hint') },
      { name: 'days', label: words.say('workdays'), kind: 'many', choices: weekdays.map((d) => ({ id: d, label: words.say(`day_${d}`) })), value: daysOf(t?.days ?? 'mon-fri').join(',') },
      { name: 'always', label: words.say('all_day'), kind: 'check', value: always ? 'on' : '' },
      { name: 'hours', label: words.say('hours_from'), kind: 'clock', value: from, half: true },
      { name: 'to', label: words.say('hours_to'), kind: 'clock', value: to === '24:00' ? '00:00' : to, half: true, hint: words.say('midnight_hint') },
      { name: 'zone', label: words.say('zone'), kind: 'text', required: true, value: t?.zone ?? 'Asia/Shanghai', from: Intl.supportedValuesOf('timeZone') },
      { name: 'holidays', label: words.say('holidays'), kind: 'long', max: 2400, value: (t?.holidays ?? []).join('\n'), hint: words.say('holidays_hint') },
    ],
    run: (v) => save(desk, `teams/${encodeURIComponent(t?.id ?? v['id'] ?? '')}`, teamOf(v)),
  });
}

function teamOf(v: Values): Omit<Team, 'id'> {
  const to = v['to'] === '00:00' ? '24:00' : (v['to'] ?? '');
  return {
    label: v['label'] ?? '',
    queues: split(v['queues']),
    hours: v['always'] === 'on' ? 'always' : `${v['hours'] ?? ''}-${to}`,
    days: v['days'] ?? 'none',
    zone: v['zone'] ?? '',
    holidays: split(v['holidays']),
  };
}

function dropTeam(desk: Desk, t: Team): void {
  const { words } = desk.model;
  desk.ask({
    title: words.say('team_drop', { name: t.label }),
    intro: words.say('team_drop_intro'),
    careful: true,
    fields: [],
    submit: words.say('remove'),
    run: async () => {
      await desk.api.remove(`/settings/teams/${encodeURIComponent(t.id)}`);
      await desk.loadSettings();
    },
  });
}

function targets(desk: Desk, w: Workplace): TemplateResult {
  const { model } = desk;
  const { words } = model;
  const time = (s: number): string => (s % 60 ? words.say('n_s', { n: s }) : words.say('n_min', { n: s / 60 }));
  return sheet(
    words.say('sla_rules'),
    [words.say('by_priority'), words.say('sla_first'), words.say('sla_next'), words.say('warn_before'), words.say('actions')],
    (w.sla ?? []).map((s) => [
      `P${s.priority} ${words.say(`priority_${s.priority}`)}`,
      time(s.first_s),
      time(s.next_s),
      time(s.warn_s),
      may(model, 'roster') ? act(model, words.say('edit'), () => editTarget(desk, s), 'quiet', `sla-${s.priority}`) : nothing,
    ]),
    words.say('none'),
  );
}

function editTarget(desk: Desk, s: Target): void {
  const { words } = desk.model;
  const number = (name: 'first_s' | 'next_s' | 'warn_s', label: string) =>
    ({ name, label: words.say('in_seconds', { what: words.say(label) }), kind: 'number', required: true, value: String(s[name]), least: 1 }) as const;
  desk.ask({
    title: `${words.say('sla_rules')} · P${s.priority} ${words.say(`priority_${s.priority}`)}`,
    intro: words.say('sla_intro'),
    submit: words.say('save'),
    fields: [number('first_s', 'sla_first'), number('next_s', 'sla_next'), number('warn_s', 'warn_before')],
    run: (v) => save(desk, 'sla', { sla: [{ priority: s.priority, first_s: Number(v['first_s']), next_s: Number(v['next_s']), warn_s: Number(v['warn_s']) }] }),
  });
}

function slots(desk: Desk, w: Workplace): TemplateResult {
  const { model } = desk;
  const { words } = model;
  const edit = (): void =>
    desk.ask({
      title: words.say('slots'),
      intro: words.say('slots_intro'),
      submit: words.say('save'),
      fields: [{ name: 'slots', label: words.say('slots'), kind: 'long', max: 400, value: (w.slots ?? []).join('\n'), hint: words.say('slots_hint') }],
      run: (v) => save(desk, 'slots', { slots: split(v['slots']) }),
    });
  return html`<section class="sheet" data-slots>
    <header><h2>${words.say('slots')}</h2>${may(model, 'roster') ? act(model, words.say('edit'), edit, '', 'slots') : nothing}</header>
    <p>${(w.slots ?? []).length ? (w.slots ?? []).map((s) => html`<span class="pill">${s}</span> `) : words.say('slots_none')}</p>
    <p class="hint">${words.say('slots_intro')}</p>
  </section>`;
}
