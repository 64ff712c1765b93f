import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { card } from '../../shared/view/card';
import { lockIcon } from '../../shared/view/icons';
import { safeUrl } from '../../shared/view/options';
import type { View } from '../../shared/view/view';
import type { Desk } from '../app';
import { selectedIn } from '../pick';
import { may } from '../model';
import type { Room } from '../room';
import type { Message, Why } from '../types';
import { eyeIcon, fileIcon, noteIcon, whyIcon } from './bits';

/** The transcript: who spoke is told by place, colour, icon and word together. */
export function lines(desk: Desk, room: Room): unknown {
  const { log, marks, at, fetching } = room;
  return guard([log.messages, log.first, desk.model.words, marks, at, fetching, room.chat?.may['redact']], () => drawn(desk, room));
}

function drawn(desk: Desk, room: Room): TemplateResult {
  const { words } = desk.model;
  const { log } = room;
  const days = new Map<number, string>();
  let day = '';
  for (const m of log.messages) if (m.day && m.day !== day) days.set(m.seq, (day = m.day));
  return html`${log.more
      ? html`<button class="btn quiet earlier" type="button" ?disabled=${room.fetching} @click=${() => void room.earlier()}>
          ${words.say('earlier', { n: log.start - log.first })}
        </button>`
      : nothing}
    ${repeat(
      log.messages,
      (m) => m.seq,
      (m) =>
        guard([m, words, room.chat?.may['redact'], days.get(m.seq), room.why.has(m.seq), room.why.get(m.seq), room.revealed.get(m.seq), room.at === m.seq], () => [
          days.has(m.seq) ? html`<div class="day" role="presentation"><span>${days.get(m.seq)}</span></div>` : nothing,
          line(desk, room, m),
        ]),
    )}`;
}

function line(desk: Desk, room: Room, m: Message): TemplateResult {
  const here = room.at === m.seq ? 'at' : '';
  if (m.note) return note(desk, room, m, here);
  if (m.speaker === 'system')
    return html`<div class="system ${here}" data-seq=${m.seq} data-event=${m.event ?? nothing}><span>${m.text}</span> <time>${m.time}</time>${shown(desk, m)}</div>`;
  const own = m.speaker === 'human';
  return html`<div class="line ${m.speaker} ${own ? 'mine' : ''} ${here}" data-seq=${m.seq}>
    ${who(desk, m)}
    <div class="said">${body(desk, room, m)}</div>
    <div class="when"><span>${m.time}</span>${marks(desk, m)}${tools(desk, room, m)}</div>
    ${room.why.has(m.seq) ? why(desk, room, m.seq, room.why.get(m.seq)) : nothing}
  </div>`;
}

function who(desk: Desk, m: Message): TemplateResult {
  const { words } = desk.model;
  const tag = words.say(`speaker_${m.speaker}`);
  return html`<div class="who"><span class="tag">${tag}</span>${m.speaker === 'bot' ? nothing : m.name}</div>`;
}

function note(desk: Desk, room: Room, m: Message, here: string): TemplateResult {
  const { words } = desk.model;
  return html`<div class="line note ${here}" data-seq=${m.seq}>
    <div class="who">${noteIcon}<span class="tag">${words.say('private_note')}</span>${m.event ? words.say('event_note') : m.name}</div>
    <div class="bubble">${m.event ? `${words.say(m.event.replaceAll('.', '_'))} ${m.text ?? ''}` : m.text}</div>
    ${m.tombstone ? html`<p class="hint">${words.say('tombstone', { reason: m.tombstone.reason })}</p>` : nothing}
    <div class="when"><span>${m.time}</span>${cut(desk, room, m)}</div>
  </div>`;
}

function body(desk: Desk, room: Room, m: Message): TemplateResult {
  const { words } = desk.model;
  if (m.hidden)
    return html`<div class="bubble locked">${lockIcon}<span>${m.text || words.say('line_locked')}</span></div>`;
  const text = room.revealed.get(m.seq) ?? m.text;
  return html`${text ? html`<div class="bubble" dir="auto">${text}</div>` : nothing}
  ${m.tombstone ? html`<p class="hint">${words.say('tombstone', { reason: m.tombstone.reason })}</p>` : nothing}
  ${shown(desk, m)} ${m.file ? file(desk, m.file) : nothing}`;
}

// What stood under the words: a card, and the buttons that the person had.
function shown(desk: Desk, m: Message): TemplateResult {
  return html`${m.card ? card({ ...m, options: [] }, m.card, still(desk)) : nothing}
  ${m.options?.length
    ? html`<ul class="offered-options" aria-label=${desk.model.words.say('options_shown')}>
        ${m.options.map((o) => html`<li>${o.label}</li>`)}
      </ul>`
    : nothing}`;
}

function file(desk: Desk, f: NonNullable<Message['file']>): TemplateResult {
  const href = safeUrl(f.url) ?? '';
  const kb = desk.model.words.say('n_kb', { n: Math.max(1, Math.round(f.size / 1024)) });
  return html`<a class="file" href=${href} target="_blank" rel="noopener noreferrer">${fileIcon}<span>${f.name}</span><small>${kb}</small></a>`;
}

// Cards on this side are read, never pressed.
function still(desk: Desk): View {
  const idle = (): void => undefined;
  return {
    words: desk.model.words, live: -1, tapped: '', locked: false, side: 'agent', readLeft: () => 0, expired: () => false,
    choose: idle, expand: idle, copy: idle, retry: idle, stepUp: idle,
  };
}

function marks(desk: Desk, m: Message): TemplateResult | typeof nothing {
  if (m.speaker !== 'human') return nothing;
  const { words } = desk.model;
  return html`<span class="mark-state">${words.say(m.read ? 'read' : m.delivered ? 'delivered' : 'sent')}</span>`;
}

function tools(desk: Desk, room: Room, m: Message): TemplateResult {
  const { words } = desk.model;
  const open = room.why.has(m.seq);
  const masked = m.masked?.length && !room.revealed.has(m.seq) && !m.tombstone && may(desk.model, 'reveal');
  return html`${m.why
    ? html`<button class="tiny" type="button" data-act="why" aria-expanded=${open ? 'true' : 'false'} @click=${() => void room.explain(m.seq)}>
        ${whyIcon}${words.say('why')}
      </button>`
    : nothing}
  ${masked
    ? html`<button class="tiny" type="button" data-act="reveal" @click=${() => reveal(desk, room, m.seq)}>${eyeIcon}${words.say('reveal')}</button>`
    : nothing}
  ${cut(desk, room, m)}`;
}

function reveal(desk: Desk, room: Room, seq: number): void {
  const { words } = desk.model;
  desk.ask({
    title: words.say('reveal_title'),
    intro: words.say('reveal_intro'),
    fields: [{ name: 'reason', label: words.say('reason'), kind: 'text', required: true, max: 200 }],
    submit: words.say('reveal'),
    run: (v) => room.reveal(seq, v['reason'] ?? ''),
  });
}

// What people wrote can be masked for good: the numbers that were found, or words that one picks.
function cut(desk: Desk, room: Room, m: Message): TemplateResult | typeof nothing {
  const { words } = desk.model;
  const written = m.speaker === 'borrower' || m.speaker === 'human' || (m.note && !m.event);
  if (!written || !m.text || m.hidden || !room.chat?.may['redact']) return nothing;
  return html`<button class="tiny ${m.masked?.length ? '' : 'seldom'}" type="button" data-act="redact" @click=${(e: Event) => redact(desk, room, m, e)}>
    ${words.say('redact')}
  </button>`;
}

function redact(desk: Desk, room: Room, m: Message, e: Event): void {
  const { words } = desk.model;
  const text = room.revealed.get(m.seq) ?? m.text ?? '';
  const found = Boolean(m.masked?.length);
  const bubble = (e.target as HTMLElement).closest('.line')?.querySelector('.bubble') ?? null;
  desk.ask({
    title: words.say('redact_title'),
    intro: words.say(found ? 'redact_intro_found' : 'redact_intro'),
    careful: true,
    fields: [
      { name: 'words', label: words.say('redact_pick'), kind: 'range', value: text, chosen: selectedIn(bubble), hint: words.say(found ? 'redact_hint_found' : 'redact_hint') },
      { name: 'reason', label: words.say('reason'), kind: 'text', required: true, max: 200 },
    ],
    submit: words.say('redact'),
    run: async (v) => {
      await desk.api.post(`${room.path}/redact`, { seq: m.seq, from: Number(v['from'] ?? 0), to: Number(v['to'] ?? 0), reason: v['reason'] });
      room.revealed.delete(m.seq);
    },
  });
}

function why(desk: Desk, room: Room, seq: number, w: Why | undefined): TemplateResult {
  const { words } = desk.model;
  if (!w) return html`<div class="why" role="status">${words.say('loading')}</div>`;
  const made = w.template ? words.say('why_template', { id: w.text_id }) : words.say('why_model', { id: w.model });
  return html`<section class="why" aria-label=${words.say('why_title')}>
    <header><h3>${words.say('why_title')}</h3><button class="tiny" type="button" @click=${() => void room.explain(seq)}>${words.say('close')}</button></header>
    ${(w.rules ?? []).length
      ? html`<ul>${(w.rules ?? []).map((r) => html`<li><code>${r.id}</code> ${r.text}${r.outcome ? html` <small>${r.outcome}</small>` : nothing}</li>`)}</ul>`
      : html`<p>${words.say('why_no_rules')}</p>`}
    <p class="hint">${made} · ${words.say('why_act')} <code>${w.act}</code>${w.rules_hash ? html` · <code title=${w.rules_hash}>${w.rules_hash.slice(0, 12)}</code>` : nothing}</p>
  </section>`;
}
