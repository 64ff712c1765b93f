import { html, nothing, type TemplateResult } from 'lit';
import type { Desk } from '../app';
import { linked } from '../model';
import type { Mode, Room } from '../room';
import type { Canned } from '../types';
import { act } from './bits';

/** Where one writes: locked until the chat is taken, notes always. */
export function composer(desk: Desk, room: Room): TemplateResult {
  const { model } = desk;
  const { words } = model;
  const chat = room.chat;
  if (!chat) return html``;
  const say = chat.mine && chat.may['say'] !== false;
  const modes: Mode[] = ['reply', 'note'];
  return html`<div class="composer ${room.mode}">
    <div class="modes" role="group" aria-label=${words.say('write_what')}>
      ${modes.map(
        (m) => html`<button type="button" data-mode=${m} aria-pressed=${room.mode === m ? 'true' : 'false'} @click=${() => room.turn(m)}>
          ${words.say(`mode_${m}`)}
        </button>`,
      )}
      <span class="grow"></span>
      ${room.mode === 'reply' && say ? canButton(desk, room) : nothing}
    </div>
    ${room.mode === 'reply' && !say ? locked(desk, room) : writing(desk, room)}
  </div>`;
}

function locked(desk: Desk, room: Room): TemplateResult {
  const { model } = desk;
  const { words } = model;
  const row = room.chat?.row;
  const may = room.chat?.may ?? {};
  const text = words.say(`locked_${row?.owner ?? 'bot'}`, { name: row?.agent_name ?? '' });
  return html`<div class="locked-bar" data-locked>
    <p>${text}</p>
    ${may['claim'] || may['takeover'] ? act(model, words.say(row?.owner === 'agent' ? 'takeover' : 'take'), () => void desk.take(), 'first', 'take') : nothing}
  </div>`;
}

function writing(desk: Desk, room: Room): TemplateResult {
  const { model } = desk;
  const { words } = model;
  const open = room.picker >= 0 && room.mode === 'reply';
  const list = open ? matching(room) : [];
  const off = !linked(model);
  return html`${room.mode === 'reply' ? suggestions(desk, room) : mentions(room)}
    ${open ? picker(desk, room, list) : nothing}
    <div class="box">
      <textarea
        id="compose"
        rows="3"
        maxlength="4000"
        aria-label=${words.say(`mode_${room.mode}`)}
        aria-describedby=${room.findings.length ? 'findings' : nothing}
        aria-controls=${open ? 'canned' : nothing}
        aria-activedescendant=${open && list[room.picker] ? `canned-${room.picker}` : nothing}
        placeholder=${words.say(`hint_${room.mode}`)}
        .value=${room.text[room.mode]}
        @input=${(e: Event) => typed(room, (e.target as HTMLTextAreaElement).value)}
        @keydown=${(e: KeyboardEvent) => key(desk, room, e)}
      ></textarea>
      <button class="btn first" type="button" data-act="send" ?disabled=${off || room.sending || !room.text[room.mode].trim()} @click=${() => void room.send()}>
        ${words.say(room.mode === 'reply' ? 'send' : 'save_note')}
      </button>
    </div>
    ${findings(desk, room)}`;
}

function typed(room: Room, value: string): void {
  if (room.mode === 'reply' && value.startsWith('/')) {
    room.picker = Math.max(0, room.picker);
    room.find = value.slice(1);
  } else if (room.find) {
    room.picker = -1;
    room.find = '';
  }
  room.write(value);
}

function key(desk: Desk, room: Room, e: KeyboardEvent): void {
  if (e.isComposing) return;
  const list = room.picker >= 0 ? matching(room) : [];
  if (room.picker >= 0 && ['ArrowDown', 'ArrowUp', 'Enter', 'Escape', 'Tab'].includes(e.key)) {
    e.preventDefault();
    e.stopPropagation();
    if (e.key === 'ArrowDown') room.picker = Math.min(list.length - 1, room.picker + 1);
    else if (e.key === 'ArrowUp') room.picker = Math.max(0, room.picker - 1);
    else if (e.key === 'Escape') room.picker = -1;
    else pick(desk, room, list[room.picker]);
    return desk.changed();
  }
  if (e.key === 'Enter' && !e.shiftKey && linked(desk.model)) {
    e.preventDefault();
    void room.send();
  }
}

/** The canned replies that fit what was typed after the slash. */
export function matching(room: Room): Canned[] {
  const q = room.find.trim().toLowerCase();
  const crisis = room.context?.crisis ?? false;
  return room.canned.filter((c) => (!crisis || c.crisis) && (!q || `${c.label} ${c.id} ${c.group_label ?? ''} ${c.text}`.toLowerCase().includes(q))).slice(0, 30);
}

function pick(desk: Desk, room: Room, c: Canned | undefined): void {
  room.picker = -1;
  room.find = '';
  if (c) room.write(c.text);
  desk.changed();
}

function canButton(desk: Desk, room: Room): TemplateResult {
  const open = room.picker >= 0;
  const toggle = (): void => {
    room.picker = open ? -1 : 0;
    room.find = '';
    desk.changed();
  };
  return html`<button class="btn quiet" type="button" data-act="canned" aria-expanded=${open ? 'true' : 'false'} @click=${toggle}>
    <kbd>/</kbd> ${desk.model.words.say('canned')}
  </button>`;
}

function picker(desk: Desk, room: Room, list: Canned[]): TemplateResult {
  const { words } = desk.model;
  return html`<ul class="canned" id="canned" role="listbox" aria-label=${words.say('canned')}>
    ${list.map(
      (c, i) => html`<li
        role="option"
        id="canned-${i}"
        aria-selected=${i === room.picker ? 'true' : 'false'}
        @mousedown=${(e: Event) => (e.preventDefault(), pick(desk, room, c))}
      >
        <b>${c.label}</b><small>${c.group_label || c.group}</small><span>${c.text}</span>
      </li>`,
    )}
    ${list.length === 0 ? html`<li role="option" aria-selected="false" aria-disabled="true">${words.say('canned_none')}</li>` : nothing}
  </ul>`;
}

function suggestions(desk: Desk, room: Room): TemplateResult | typeof nothing {
  if (room.suggestions.length === 0 || room.text.reply) return nothing;
  const { words } = desk.model;
  return html`<div class="suggest" role="group" aria-label=${words.say('suggested')}>
    ${room.suggestions.slice(0, 3).map(
      (s) => html`<button class="chip" type="button" title=${`${s.text}\n${s.why}`} @click=${() => room.write(s.text)}>${s.label || s.text}</button>`,
    )}
  </div>`;
}

function mentions(room: Room): TemplateResult | typeof nothing {
  const at = /@([\w-]*)$/.exec(room.text.note);
  if (!at) return nothing;
  const q = (at[1] ?? '').toLowerCase();
  const fit = (room.chat?.agents ?? []).filter((a) => a.id.startsWith(q) || a.name.toLowerCase().startsWith(q)).slice(0, 6);
  const put = (id: string): void => room.write(room.text.note.replace(/@[\w-]*$/, `@${id} `));
  return html`<div class="suggest">${fit.map((a) => html`<button class="chip" type="button" @click=${() => put(a.id)}>@${a.id} ${a.name}</button>`)}</div>`;
}

function findings(desk: Desk, room: Room): TemplateResult {
  const { model } = desk;
  const { words } = model;
  return html`<div class="findings" id="findings" role="status">
    ${room.refused ? html`<p class="care" data-refused>${room.refused}</p>` : nothing}
    ${room.findings.map(
      (f) => html`<p class="finding ${f.severity}" data-finding=${f.rule}>
        <b>${words.say(`finding_${f.severity}`)}</b> ${f.quote ? html`<q>${f.quote}</q> ` : nothing}${f.text}
      </p>`,
    )}
    ${room.override ? act(model, words.say('send_anyway'), () => void room.send(true), 'careful', 'override') : nothing}
  </div>`;
}
