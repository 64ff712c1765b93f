import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Desk } from '../app';
import { serverNow, type Model } from '../model';
import { choices, counted, listed, readNarrow, wide, writeNarrow, type Narrow, type Sort } from '../queue';
import type { Hit, Row, View } from '../types';
import { act, botIcon, filterIcon, language, none, personIcon, priority, waiting, when } from './bits';

const views: View[] = ['mine', 'waiting', 'team', 'all', 'mentioned', 'snoozed'];

/** The rows that the list shows now. */
export const shown = (m: Model): Row[] => listed(m.rows.values(), m.view, m.me?.id ?? '', m.team, m.narrow);

/** The left column: views, search, filters and the list. */
export function queue(desk: Desk): TemplateResult {
  const { model } = desk;
  const { words } = model;
  const rows = model.hits ? [] : shown(model);
  const beat = Math.floor(serverNow(model) / 5000); // waiting times move on
  return html`<aside class="queue" aria-label=${words.say('queue')}>
    <div class="views" role="group" aria-label=${words.say('views')}>
      ${views.map((v) => {
        const n = v === 'waiting' || v === 'mine' ? counted(model.rows.values(), v, model.me?.id ?? '', model.team) : (model.counts[v] ?? 0);
        return html`<button type="button" data-view=${v} aria-pressed=${v === model.view && !model.hits ? 'true' : 'false'} @click=${() => void desk.setView(v)}>
          ${words.say(`view_${v}`)}<span class="n">${n}</span>
        </button>`;
      })}
    </div>
    <div class="find">
      <input
        type="search"
        data-act="search"
        aria-label=${words.say('search')}
        placeholder=${words.say('search_hint')}
        maxlength="120"
        .value=${model.query}
        @keydown=${(e: KeyboardEvent) => e.key === 'Enter' && !e.isComposing && void desk.search((e.target as HTMLInputElement).value)}
        @input=${(e: Event) => (e.target as HTMLInputElement).value === '' && void desk.search('')}
      />
      <button
        class="btn quiet icon-only"
        type="button"
        data-act="filters"
        aria-label=${words.say('filters')}
        aria-expanded=${model.narrowing ? 'true' : 'false'}
        @click=${() => ((model.narrowing = !model.narrowing), desk.changed())}
      >
        ${filterIcon}${writeNarrow(model.narrow) ? html`<i class="dot"></i>` : nothing}
      </button>
    </div>
    ${model.narrowing ? narrowing(desk) : nothing}
    ${model.hits
      ? hits(desk, model.hits)
      : html`<ul class="rows" aria-label=${words.say(`view_${model.view}`)}>
          ${repeat(
            rows,
            (r) => r.chat,
            (r) => html`<li>${guard([r, words, beat, model.link, model.room?.id === r.chat, model.cursor === r.chat], () => row(desk, r))}</li>`,
          )}
        </ul>
        ${rows.length === 0 ? none(words.say(`empty_${model.view}`) || words.say('empty')) : nothing}`}
  </aside>`;
}

function row(desk: Desk, r: Row): TemplateResult {
  const { model } = desk;
  const { words } = model;
  const here = model.room?.id === r.chat;
  return html`<button
      type="button"
      class="row ${here ? 'here' : ''} ${model.cursor === r.chat ? 'cursor' : ''} ${r.unread > 0 ? 'unread' : ''}"
      data-chat=${r.chat}
      aria-current=${here ? 'true' : nothing}
      @click=${() => desk.openChat(r.chat)}
    >
      <span class="top">${priority(model, r.priority)}<b>${r.name}</b>${owner(r)}<span class="grow"></span>${waiting(model, r)}</span>
      <span class="preview">${r.preview?.text || words.say('no_preview')}</span>
      <span class="tags">
        <span>${r.queue_label}</span>${r.reason_label && r.reason_label !== r.queue_label ? html`<span>${r.reason_label}</span>` : nothing}<span>${language(model, r.language)}</span>
        ${r.channel === 'web' ? nothing : html`<span>${words.say(`channel_${r.channel}`) || r.channel}</span>`}
        ${r.request ? html`<span class="care">${words.say('n_requests', { n: r.request })}</span>` : nothing}
        ${r.unread > 0 ? html`<span class="badge" aria-label=${words.say('n_unread', { n: r.unread })}>${r.unread}</span>` : nothing}
      </span>
    </button>
    ${r.offer ? offer(desk, r) : nothing}`;
}

function owner(r: Row): TemplateResult | typeof nothing {
  if (r.owner === 'agent') return html`<span class="owner person">${personIcon}${r.agent_name}</span>`;
  if (r.owner === 'bot') return html`<span class="owner">${botIcon}</span>`;
  return nothing;
}

function offer(desk: Desk, r: Row): TemplateResult {
  const { model } = desk;
  const { words } = model;
  const claim = async (): Promise<void> => {
    desk.openChat(r.chat);
    await desk.attempt(async () => {
      await desk.api.post(`/chats/${r.chat}/claim`, { id: `claim-${r.chat}-${r.epoch}`.slice(0, 64), epoch: r.epoch });
      await model.room?.load();
    });
  };
  const decline = (): void => void desk.attempt(() => desk.api.post(`/chats/${r.chat}/decline`, { id: `decline-${r.chat}-${r.epoch}`.slice(0, 64), epoch: r.epoch }));
  return html`<div class="offered" role="group" aria-label=${words.say('offered_chat')}>
    <span>${words.say('offered_chat')}</span>${act(model, words.say('take'), () => void claim(), 'first', 'accept')}${act(model, words.say('decline'), decline)}
  </div>`;
}

function hits(desk: Desk, list: Hit[]): TemplateResult {
  const { model } = desk;
  const { words } = model;
  return html`<p class="found" role="status">
      ${words.say('n_found', { n: list.length })}
      <button class="btn quiet" type="button" @click=${() => void desk.search('')}>${words.say('clear')}</button>
    </p>
    <ul class="rows" aria-label=${words.say('search')}>
      ${list.map(
        (h) => html`<li>
          <button type="button" class="row" data-chat=${h.chat.chat} @click=${() => desk.openChat(h.chat.chat, h.seq)}>
            <span class="top"><b>${h.chat.name}</b><span class="grow"></span><span class="wait">${when(model, h.at)}</span></span>
            <span class="preview whole">${(h.excerpt ?? []).map((x) => (x.hit ? html`<mark>${x.text}</mark>` : x.text))}</span>
          </button>
        </li>`,
      )}
    </ul>`;
}

function narrowing(desk: Desk): TemplateResult {
  const { model } = desk;
  const { words } = model;
  const rows = [...model.rows.values()];
  const set = (change: Partial<Narrow>): void => {
    model.narrow = { ...model.narrow, ...change };
    desk.changed();
  };
  const menu = (name: keyof Narrow, list: { id: string; label: string }[], every = true): TemplateResult =>
    html`<label
      ><span>${words.say(`by_${name}`)}</span
      ><select data-filter=${name} @change=${(e: Event) => set({ [name]: (e.target as HTMLSelectElement).value })}>
        ${every ? html`<option value="">${words.say('any')}</option>` : nothing}
        ${list.map((c) => html`<option value=${c.id} ?selected=${model.narrow[name] === c.id}>${c.label}</option>`)}
      </select></label
    >`;
  const sorts: Sort[] = ['priority', 'waiting', 'sla'];
  return html`<div class="narrow">
    ${menu('queue', choices(rows, (r) => r.queue, (r) => r.queue_label))}
    ${menu('reason', choices(rows, (r) => r.reason, (r) => r.reason_label))}
    ${menu('language', choices(rows, (r) => r.language, (r) => language(model, r.language)))}
    ${menu('priority', [0, 1, 2, 3].map((p) => ({ id: String(p), label: `P${p} ${words.say(`priority_${p}`)}` })))}
    ${menu('channel', choices(rows, (r) => r.channel, (r) => words.say(`channel_${r.channel}`)))}
    ${menu('sort', sorts.map((s) => ({ id: s, label: words.say(`sort_${s}`) })), false)}
    <div class="saved">
      ${model.filters.map((f) => html`<button class="chip" type="button" @click=${() => set(readNarrow(f.query))}>${f.name}</button>`)}
      <button class="btn quiet" type="button" @click=${() => set(wide)}>${words.say('clear')}</button>
      <button class="btn quiet" type="button" @click=${() => save(desk)}>${words.say('save_filter')}</button>
    </div>
  </div>`;
}

function save(desk: Desk): void {
  const { words } = desk.model;
  desk.ask({
    title: words.say('save_filter'),
    fields: [
      { name: 'name', label: words.say('name'), kind: 'text', required: true, max: 40 },
      { name: 'shared', label: words.say('shared'), kind: 'check' },
    ],
    submit: words.say('save'),
    run: async (v) => {
      await desk.api.post('/filters', { name: v['name'], query: writeNarrow(desk.model.narrow), shared: v['shared'] === 'on' });
      await desk.loadFilters();
    },
  });
}
