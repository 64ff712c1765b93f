import { html, nothing, type TemplateResult } from 'lit';
import { crossIcon, lockIcon } from '../../shared/view/icons';
import type { Desk } from '../app';
import * as forms from '../forms';
import type { Model, Tab } from '../model';
import type { Room } from '../room';
import type { Context } from '../types';
import { act, none, pairs, part, when } from './bits';
import { account } from './account';
import { cases } from './cases';
import { options } from './offers';

const tabs: Tab[] = ['summary', 'account', 'options', 'cases'];

/** The right column: who this is, what is known, what may be done. */
export function context(desk: Desk): TemplateResult | typeof nothing {
  const { model } = desk;
  const { words, room } = model;
  if (!room) return nothing;
  const c = room.context;
  return html`<aside class="context ${model.aside ? 'out' : ''}" aria-label=${words.say('context')}>
    <button class="btn quiet icon-only wide-hidden shut" type="button" data-act="aside-close" aria-label=${words.say('close')} @click=${() => ((model.aside = false), desk.changed())}>
      ${crossIcon}
    </button>
    ${c && room.chat
      ? html`${gate(desk, room, c)} ${holds(desk, room, c)}
          <div class="tabs" role="tablist" aria-label=${words.say('context')} @keydown=${(e: KeyboardEvent) => arrows(desk, e)}>
            ${tabs.map(
              (t) => html`<button
                type="button"
                role="tab"
                id="tab-${t}"
                aria-controls="panel"
                aria-selected=${t === model.tab ? 'true' : 'false'}
                tabindex=${t === model.tab ? 0 : -1}
                @click=${() => choose(desk, t)}
              >
                ${words.say(`tab_${t}`)}
              </button>`,
            )}
          </div>
          <div class="panel" id="panel" role="tabpanel" aria-labelledby="tab-${model.tab}" tabindex="0">${panel(desk, room, c)}</div>`
      : html`<p class="none">${words.say('loading')}</p>`}
  </aside>`;
}

function choose(desk: Desk, t: Tab): void {
  desk.model.tab = t;
  desk.changed();
}

function arrows(desk: Desk, e: KeyboardEvent): void {
  const by = e.key === 'ArrowRight' ? 1 : e.key === 'ArrowLeft' ? -1 : 0;
  if (!by) return;
  const at = tabs.indexOf(desk.model.tab);
  choose(desk, tabs[(at + by + tabs.length) % tabs.length] ?? 'summary');
  const list = (e.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('[role=tab]');
  list[(at + by + tabs.length) % tabs.length]?.focus();
}

function panel(desk: Desk, room: Room, c: Context): TemplateResult {
  switch (desk.model.tab) {
    case 'summary':
      return summary(desk.model, room, c);
    case 'account':
      return account(desk.model, c);
    case 'options':
      return options(desk, room, c);
    case 'cases':
      return cases(desk, room, c);
  }
}

// Nothing of the account is here before the person is verified, and this says so.
function gate(desk: Desk, room: Room, c: Context): TemplateResult {
  const { model } = desk;
  const { words } = model;
  const who = c.identity;
  const locked = c.locked;
  return html`<section class="identity ${locked ? 'locked' : 'open'}" data-gate=${locked ? 'locked' : 'open'} aria-label=${words.say('identity')}>
    <div class="top">
      ${locked ? lockIcon : nothing}
      <b>${who.name}</b>
      <span class="level">${words.say(locked ? 'gate_locked' : 'gate_open')}</span>
    </div>
    <p>
      ${locked ? words.say('gate_why') : c.level_until ? words.say('gate_until', { t: when(model, c.level_until) }) : nothing}
    </p>
    <p class="facts-line">
      ${who.phone ? html`<span>${who.phone}</span>` : nothing}<span>${words.say('their_time', { t: c.zone_now })}</span>
      ${once(who.channels ?? []).map((h) => html`<span>${words.say(`channel_${h.channel}`) || h.channel}${h.doubted ? html` <b class="care">${words.say('doubted')}</b>` : nothing}</span>`)}
    </p>
    ${locked && room.chat?.may['step_up'] !== false && room.chat?.mine
      ? act(model, words.say('step_up'), () => void stepUp(desk, room), 'first', 'step_up')
      : nothing}
    ${c.stale ? html`<p class="care">${words.say('stale')}</p>` : nothing}
  </section>`;
}

// A channel is named once, however many sessions it has; a doubt about any of them counts.
function once<T extends { channel: string; doubted: boolean }>(list: readonly T[]): T[] {
  const by = new Map<string, T>();
  for (const h of list) if (h.doubted || !by.has(h.channel)) by.set(h.channel, h);
  return [...by.values()];
}

async function stepUp(desk: Desk, room: Room): Promise<void> {
  if (await desk.attempt(() => room.act('step_up'))) desk.tell(desk.model.words.say('step_up_sent'));
}

function holds(desk: Desk, room: Room, c: Context): TemplateResult | typeof nothing {
  const { model } = desk;
  const { words } = model;
  const list = c.holds ?? [];
  const can = room.chat?.may ?? {};
  if (list.length === 0 && !can['hold']) return nothing;
  return html`<section class="holds" aria-label=${words.say('holds')}>
    ${list.map(
      (h) => html`<div class="hold ${h.kind}" data-hold=${h.kind}>
        <div>
          <b>${h.label}</b><small>${[h.reason, h.end ? words.say('until_t', { t: when(model, h.end) }) : words.say('no_end'), words.say(`by_${h.by_name}`) || h.by_name].filter(Boolean).join(' · ')}</small>
        </div>
        ${can['unhold'] ? act(model, words.say(h.two_people ? 'release_two' : 'end'), () => forms.unhold(desk, room, h), 'quiet', 'unhold') : nothing}
      </div>`,
    )}
    ${can['hold'] ? act(model, words.say('hold_place'), () => forms.hold(desk, room), 'quiet add', 'hold') : nothing}
  </section>`;
}

// Every line of the summary says where it comes from.
function summary(m: Model, room: Room, c: Context): TemplateResult {
  const { words } = m;
  const list = c.summary ?? [];
  const stated = [...(c.stated.reasons ?? []).map((r) => ({ ...r, text: '' })), ...(c.stated.needs ?? [])];
  return html`${part(
    words.say('handover'),
    list.length
      ? html`<ul class="sourced">
          ${list.map(
            (s) => html`<li>
              <p>${s.text}</p>
              ${s.source.seq
                ? html`<button class="tiny" type="button" @click=${() => void room.goto(s.source.seq ?? 0)}>${s.source.label}</button>`
                : html`<small>${s.source.label}</small>`}${s.at ? html` <small>${when(m, s.at)}</small>` : nothing}
            </li>`,
          )}
        </ul>`
      : none(words.say('summary_none')),
  )}
  ${stated.length
    ? part(
        words.say('stated'),
        html`<ul class="sourced">
          ${stated.map(
            (s) => html`<li>
              <p>${s.label}${s.text ? html` · ${s.text}` : nothing}</p>
              ${s.seq ? html`<button class="tiny" type="button" @click=${() => void room.goto(s.seq ?? 0)}>${words.say('show')}</button>` : nothing}
            </li>`,
          )}
        </ul>`,
      )
    : nothing}
  ${c.recap?.length ? part(words.say('recap'), pairs(c.recap)) : nothing}
  ${c.prefs?.length ? part(words.say('prefs'), html`<ul class="plain">${c.prefs.map((p) => html`<li>${p}</li>`)}</ul>`) : nothing}`;
}
