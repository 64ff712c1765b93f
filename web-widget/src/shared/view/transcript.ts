import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Message } from '../protocol';
import type { Pending } from '../transcript';
import { card } from './card';
import { checkIcon, clockIcon, copyIcon, lockIcon } from './icons';
import { options } from './options';
import type { View } from './view';

type Block =
  | { key: string; kind: 'day'; day: string }
  | { key: string; kind: 'lock'; last: boolean }
  | { key: string; kind: 'group'; messages: Message[] };

/** The messages in order, with a line at each new day and one speaker's together. */
export function transcript(messages: readonly Message[], view: View): TemplateResult {
  const chosen = answers(messages);
  return html`${repeat(
    blocks(messages, view.locked),
    (b) => b.key,
    (b) => {
      if (b.kind === 'day') return html`<div class="day" role="presentation"><span>${b.day}</span></div>`;
      if (b.kind === 'lock') return lock(b.last, view);
      return group(b.messages, view, chosen);
    },
  )}`;
}

/** Cuts a chat into days, speakers and, while it is locked, stretches that the present level hides. */
export function blocks(messages: readonly Message[], locked: boolean): Block[] {
  const out: Block[] = [];
  let day = '';
  for (const m of messages) {
    if (m.hidden ? !locked : empty(m)) continue;
    if (m.day && m.day !== day) out.push({ key: `d${m.seq}`, kind: 'day', day: (day = m.day) });
    const before = out[out.length - 1];
    if (m.hidden) {
      if (before?.kind !== 'lock') out.push({ key: `l${m.seq}`, kind: 'lock', last: false });
    } else if (before?.kind === 'group' && same(before.messages[0], m)) before.messages.push(m);
    else out.push({ key: `g${m.seq}`, kind: 'group', messages: [m] });
  }
  const locks = out.filter((b) => b.kind === 'lock');
  const last = locks[locks.length - 1];
  if (last) last.last = true;
  return out;
}

/** A line that was not for this reader leaves its number only. */
export function empty(m: Message): boolean {
  return !m.text && !m.card && !m.options?.length && m.speaker === 'system';
}

function same(a: Message | undefined, b: Message): boolean {
  return a?.speaker === b.speaker && a.name === b.name && a.speaker !== 'system';
}

/** For each message with buttons, the words that were answered to it. */
function answers(messages: readonly Message[]): Map<number, string> {
  const out = new Map<number, string>();
  let asked: number | undefined;
  for (const m of messages) {
    if (m.speaker === 'borrower' && asked !== undefined) out.set(asked, m.text ?? '');
    if (m.speaker === 'borrower') asked = undefined;
    else if (m.options?.length) asked = m.seq;
  }
  return out;
}

function group(messages: Message[], view: View, chosen: Map<number, string>): TemplateResult {
  const m = messages[0];
  const end = messages[messages.length - 1];
  if (!m || !end) return html``;
  if (m.speaker === 'system') return html`<div class="system">${m.text}${extras(m, view, chosen)}</div>`;
  const mine = (m.speaker === 'borrower') === (view.side === 'borrower');
  return html`<div class="group ${m.speaker} ${mine ? 'mine' : ''}">
    ${who(m, view)}
    ${repeat(
      messages,
      (x) => x.id || x.seq,
      (x) => item(x, view, chosen),
    )}
    <div class="when">
      ${end.time}${mine ? html`${checkIcon}<span class="hush">${view.words.say('delivered')}</span>` : nothing}
    </div>
  </div>`;
}

function who(m: Message, view: View): TemplateResult {
  const { words } = view;
  if (m.speaker === 'bot') return html`<div class="who"><span class="tag">${words.say('ai')}</span></div>`;
  if (m.speaker === 'human')
    return html`<div class="who"><span class="tag">${words.say('human')}</span>${m.name}</div>`;
  return html`<span class="hush">${view.side === 'borrower' ? words.say('you') : m.name}</span>`;
}

function item(m: Message, view: View, chosen: Map<number, string>): TemplateResult {
  const { words } = view;
  return html`<div class="item" data-seq=${m.seq}>
    ${m.text ? html`<div class="bubble" dir="auto">${m.text}</div>` : nothing} ${extras(m, view, chosen)}
    ${m.text && words.has('copy') && m.speaker !== 'borrower'
      ? html`<button class="copy" type="button" aria-label=${words.say('copy')} @click=${() => view.copy(m.text ?? '')}>
          ${copyIcon}
        </button>`
      : nothing}
  </div>`;
}

function extras(m: Message, view: View, chosen: Map<number, string>): TemplateResult {
  if (m.speaker === 'borrower') return html``; // what was tapped is in the text
  return html`${m.card ? card(m, m.card, view) : nothing}${options(m, view, chosen.get(m.seq) ?? '')}`;
}

function lock(last: boolean, view: View): TemplateResult {
  const { words } = view;
  return html`<section class="lock">
    <h3>${lockIcon}${words.say('step_up_title')}</h3>
    ${last
      ? html`<p>${words.say('step_up_body')}</p>
          <button class="button first" type="button" data-option="step_up" @click=${() => view.stepUp()}>
            ${words.say('step_up_button')}
          </button>`
      : nothing}
  </section>`;
}

/** What is still on its way, or was refused. */
export function pending(list: readonly Pending[], view: View, linked: boolean): TemplateResult | typeof nothing {
  const shown = list.filter((p) => p.text);
  if (shown.length === 0) return nothing;
  return html`<div class="group borrower mine">
    <span class="hush">${view.words.say('you')}</span>
    ${repeat(
      shown,
      (p) => p.id,
      (p) => html`<div class="item" data-pending=${p.state}>
        <div class="bubble way" dir="auto">${p.text}</div>
        ${p.state === 'failed' ? refused(p, view) : nothing}
      </div>`,
    )}
    ${shown.some((p) => p.state !== 'failed')
      ? html`<div class="when">${clockIcon}${view.words.say(linked ? 'sending' : 'offline')}</div>`
      : nothing}
  </div>`;
}

function refused(p: Pending, view: View): TemplateResult {
  const { words } = view;
  return html`<div class="failed" role="status">
    <span>${p.why || words.say('failed')}</span>
    <button class="link" type="button" @click=${() => view.retry(p.id)}>${words.say('retry')}</button>
  </div>`;
}

/** Somebody is writing. */
export function typing(who: '' | 'bot' | 'human', view: View): TemplateResult | typeof nothing {
  if (!who) return nothing;
  return html`<div class="group typing ${who}">
    <div class="who"><span class="tag">${view.words.say(who === 'bot' ? 'ai' : 'human')}</span></div>
    <div class="bubble">
      <span class="dots" aria-hidden="true"><i></i><i></i><i></i></span><span class="hush">${view.words.say('typing')}</span>
    </div>
  </div>`;
}
