import { html, nothing, type TemplateResult } from 'lit';
import type { Desk } from '../app';
import type { Field, Values } from '../form';
import { may, queueName } from '../model';
import type { Account, Role, Theme, Workplace } from '../types';
import { act, pairs, when } from './bits';
import { sheet } from './board';
import { roster } from './roster';

/** One's own settings, and for who may see them the desk's. */
export function settings(desk: Desk): TemplateResult {
  const { model } = desk;
  const { words } = model;
  return html`<main class="page settings">
    <h1>${words.say('place_settings')}</h1>
    <div class="grid">${own(desk)} ${security(desk)}</div>
    ${model.workplace ? workplace(desk, model.workplace) : nothing} ${may(model, 'accounts') ? accounts(desk) : nothing}
  </main>`;
}

function own(desk: Desk): TemplateResult {
  const { model } = desk;
  const { words, me } = model;
  const s = me?.settings;
  const themes: Theme[] = ['auto', 'light', 'dark'];
  return html`<section class="sheet fields">
    <h2>${words.say('own')}</h2>
    <label
      ><span>${words.say('language')}</span
      ><select data-act="language" @change=${(e: Event) => void desk.setPreferences({ language: (e.target as HTMLSelectElement).value as 'zh' | 'en' })}>
        <option value="zh" lang="zh" ?selected=${s?.language !== 'en'}>中文</option>
        <option value="en" lang="en" ?selected=${s?.language === 'en'}>English</option>
      </select></label
    >
    <label
      ><span>${words.say('theme')}</span
      ><select data-act="theme" @change=${(e: Event) => void desk.setPreferences({ theme: (e.target as HTMLSelectElement).value as Theme })}>
        ${themes.map((t) => html`<option value=${t} ?selected=${t === s?.theme}>${words.say(`theme_${t}`)}</option>`)}
      </select></label
    >
    <label class="check"
      ><input type="checkbox" .checked=${s?.sound ?? true} @change=${(e: Event) => void desk.setPreferences({ sound: (e.target as HTMLInputElement).checked })} /><span>${words.say('sound')}</span></label
    >
    <button class="btn" type="button" @click=${() => desk.alarm.tone()}>${words.say('sound_try')}</button>
  </section>`;
}

function security(desk: Desk): TemplateResult {
  const { model } = desk;
  const { words, me } = model;
  const change = (): void =>
    desk.ask({
      title: words.say('password_title'),
      submit: words.say('password_set'),
      fields: [
        { name: 'old', label: words.say('password_old'), kind: 'password', required: true },
        { name: 'new', label: words.say('password_new'), kind: 'password', required: true },
      ],
      run: async (v) => {
        const fresh = await desk.api.post<{ csrf: string }>('/password', { old: v['old'], new: v['new'] });
        if (fresh?.csrf) desk.api.csrf = fresh.csrf;
        desk.tell(words.say('saved'));
      },
    });
  return html`<section class="sheet fields">
    <h2>${words.say('account')}</h2>
    ${pairs([
      { label: words.say('user'), text: me?.id },
      { label: words.say('display'), text: me?.display },
      { label: words.say('role'), text: words.say(`role_${me?.role ?? 'agent'}`) },
      { label: words.say('skills'), text: (me?.skills ?? []).map((q) => queueName(model, q)).join(words.say('list_comma')) || words.say('any') },
    ])}
    <div class="row-acts">
      ${act(model, words.say('password_title'), change, '', 'password')}
      ${act(model, words.say('signout_all'), () => void desk.signOut(true), '', 'signout-all')}
    </div>
  </section>`;
}

function workplace(desk: Desk, w: Workplace): TemplateResult {
  const { model } = desk;
  const { words } = model;
  const edit = (): void => editWorkplace(desk, w);
  const person = (id: string): string => w.known_people?.find((p) => p.id === id)?.label ?? id;
  return html`<section class="sheet">
      <h2>${words.say('workplace')}</h2>
      ${pairs([
        { label: words.say('mode'), text: words.say(`mode_${w.mode}`) },
        { label: words.say('offer_seconds'), text: words.say('n_s', { n: w.offer_seconds }) },
        { label: words.say('lost_seconds'), text: words.say('n_s', { n: w.lost_seconds }) },
        { label: words.say('cap'), text: w.cap },
        { label: words.say('display_rule'), text: words.say(`display_${w.display}`) },
        { label: words.say('on_call'), text: (w.on_call ?? []).map(person).join(', ') || '–' },
      ])}
      ${may(model, 'settings') ? act(model, words.say('edit'), edit, '', 'workplace') : nothing}
    </section>
    ${roster(desk, w)}`;
}

function editWorkplace(desk: Desk, w: Workplace): void {
  const { words } = desk.model;
  const choice = (name: string, list: string[], value: string): Field => ({
    name,
    label: words.say(name === 'display' ? 'display_rule' : name),
    kind: 'choice',
    required: true,
    value,
    choices: list.map((k) => ({ id: k, label: words.say(`${name}_${k}`) })),
  });
  const number = (name: 'offer_seconds' | 'lost_seconds' | 'cap'): Field => ({ name, label: words.say(name), kind: 'number', required: true, value: String(w[name]) });
  desk.ask({
    title: words.say('workplace'),
    submit: words.say('save'),
    fields: [
      choice('mode', ['push', 'pull'], w.mode),
      choice('display', ['given', 'staff', 'team'], w.display),
      number('offer_seconds'),
      number('lost_seconds'),
      number('cap'),
      { name: 'on_call', label: words.say('on_call'), kind: 'text', value: (w.on_call ?? []).join(', '), hint: words.say('on_call_hint') },
    ],
    run: async (v: Values) => {
      const n = (k: string): number => Number(v[k]);
      const on_call = (v['on_call'] ?? '').split(/[,\s]+/).filter(Boolean);
      await desk.api.put('/settings', { mode: v['mode'], display: v['display'], offer_seconds: n('offer_seconds'), lost_seconds: n('lost_seconds'), cap: n('cap'), on_call });
      await desk.loadSettings();
    },
  });
}

const list = (s: string | undefined): string[] => (s ?? '').split(/[,\s]+/).filter(Boolean);

function accounts(desk: Desk): TemplateResult {
  const { model } = desk;
  const { words } = model;
  return html`${sheet(
    words.say('accounts'),
    [words.say('user'), words.say('name'), words.say('role'), words.say('skills'), words.say('cap'), words.say('last_seen'), words.say('actions')],
    model.accounts.map((a) => [
      a.id,
      a.name,
      words.say(`role_${a.role}`),
      (a.skills ?? []).map((q) => queueName(model, q)).join(words.say('list_comma')) || words.say('any'),
      a.cap || words.say('cap_default'),
      a.disabled ? words.say('disabled') : when(model, a.last_seen),
      html`<div class="row-acts">
        ${act(model, words.say('edit'), () => edit(desk, a), 'quiet')} ${act(model, words.say('reset'), () => reset(desk, a), 'quiet')}
        ${act(model, words.say('signout_them'), () => void desk.attempt(() => desk.api.post(`/accounts/${a.id}/sign-out`)), 'quiet')}
      </div>`,
    ]),
    words.say('none'),
    act(model, words.say('account_add'), () => edit(desk, undefined), '', 'account-add'),
  )}`;
}

function edit(desk: Desk, a: Account | undefined): void {
  const { words } = desk.model;
  const roles: Role[] = ['agent', 'supervisor', 'compliance', 'admin'];
  desk.ask({
    title: words.say(a ? 'edit' : 'account_add'),
    submit: words.say('save'),
    fields: [
      ...(a ? [] : [{ name: 'id', label: words.say('user'), kind: 'text', required: true, max: 32 } as const]),
      { name: 'name', label: words.say('name'), kind: 'text', required: true, max: 40, value: a?.name ?? '' },
      { name: 'display', label: words.say('display'), kind: 'text', required: true, max: 40, value: a?.display ?? '' },
      { name: 'role', label: words.say('role'), kind: 'choice', required: true, value: a?.role ?? 'agent', choices: roles.map((r) => ({ id: r, label: words.say(`role_${r}`) })) },
      { name: 'skills', label: words.say('skills'), kind: 'many', choices: desk.model.workplace?.known_queues ?? [], value: (a?.skills ?? []).join(','), hint: words.say('skills_hint') },
      { name: 'teams', label: words.say('teams'), kind: 'many', choices: (desk.model.workplace?.teams ?? []).map((t) => ({ id: t.id, label: t.label })), value: (a?.teams ?? []).join(',') },
      { name: 'languages', label: words.say('languages'), kind: 'many', choices: ['zh-Hans', 'zh-Hant', 'en'].map((l) => ({ id: l, label: words.say(`speaks_${l.replace('-', '_')}`) })), value: (a?.languages ?? []).join(','), hint: words.say('languages_hint') },
      { name: 'cap', label: words.say('cap'), kind: 'number', required: true, value: String(a?.cap ?? 0), least: 0, most: 50, hint: words.say('cap_hint') },
      ...(a ? [{ name: 'disabled', label: words.say('disabled'), kind: 'check', value: a.disabled ? 'on' : '' } as const] : []),
      ...(a ? [] : [{ name: 'password', label: words.say('password_new'), kind: 'password', required: true } as const]),
    ],
    run: async (v) => {
      const body = { name: v['name'], display: v['display'], role: v['role'], skills: list(v['skills']), teams: list(v['teams']), languages: list(v['languages']), cap: Number(v['cap']) };
      if (a) await desk.api.put(`/accounts/${a.id}`, { ...body, id: a.id, disabled: v['disabled'] === 'on' });
      else await desk.api.post('/accounts', { ...body, id: v['id'], password: v['password'] });
      await desk.loadSettings();
    },
  });
}

function reset(desk: Desk, a: Account): void {
  const { words } = desk.model;
  desk.ask({
    title: words.say('reset'),
    lines: [a.name],
    submit: words.say('password_set'),
    fields: [{ name: 'password', label: words.say('password_new'), kind: 'password', required: true }],
    run: (v) => desk.api.post(`/accounts/${a.id}/password`, { password: v['password'] }),
  });
}
