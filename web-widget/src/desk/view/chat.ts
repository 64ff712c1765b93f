import { html, nothing, type TemplateResult } from 'lit';
import type { Desk } from '../app';
import * as forms from '../forms';
import { may } from '../model';
import type { Room } from '../room';
import { act, backIcon, language, none, priority, sideIcon, waiting, when } from './bits';
import { composer } from './composer';
import { lines } from './lines';

/** The middle: one chat, from whom it is to what is being written. */
export function chat(desk: Desk): TemplateResult {
  const { model } = desk;
  const { words, room } = model;
  if (!room) return html`<section class="pane empty" aria-label=${words.say('chat')}>${none(words.say('choose_chat'))}</section>`;
  if (room.failed) return html`<section class="pane empty" aria-label=${words.say('chat')}><p class="care" role="alert">${room.failed}</p></section>`;
  return html`<section class="pane" aria-label=${words.say('chat')}>
    ${head(desk, room)} ${collision(desk, room)} ${pendingOffer(desk, room)}
    <div class="log" role="log" aria-live="polite" aria-relevant="additions" aria-label=${words.say('transcript')} tabindex="0">
      <div class="log-in">
        ${room.chat ? lines(desk, room) : html`<p class="none">${words.say('loading')}</p>`}
        ${room.typing ? html`<p class="typing-line" role="status">${words.say('typing_borrower')}</p>` : nothing}
      </div>
    </div>
    ${composer(desk, room)}
  </section>`;
}

function head(desk: Desk, room: Room): TemplateResult {
  const { model } = desk;
  const { words } = model;
  const c = room.chat;
  if (!c) return html`<header class="chat-head"></header>`;
  const r = c.row;
  return html`<header class="chat-head">
    <button class="btn quiet icon-only narrow-only" type="button" aria-label=${words.say('back')} @click=${() => desk.leaveChat()}>${backIcon}</button>
    <div class="title">
      <h2>${priority(model, r.priority)} ${r.name}</h2>
      <p>
        <span class="state is-${r.owner}">${words.say(`owner_${r.owner}`, { name: r.agent_name ?? '' })}</span>
        <span>${r.queue_label}</span><span>${language(model, r.language)}</span>${waiting(model, r)}
        ${r.reopened_for ? html`<span>${words.say('was_yours')}</span>` : nothing}
      </p>
    </div>
    <div class="acts">${acts(desk, room)}</div>
    <button
      class="btn quiet icon-only wide-hidden"
      type="button"
      data-act="aside"
      aria-label=${words.say('context')}
      aria-expanded=${model.aside ? 'true' : 'false'}
      @click=${() => ((model.aside = !model.aside), desk.changed())}
    >
      ${sideIcon}
    </button>
  </header>`;
}

function acts(desk: Desk, room: Room): TemplateResult {
  const { model } = desk;
  const { words } = model;
  const can = room.chat?.may ?? {};
  const mine = room.chat?.mine ?? false;
  const mains: [string, boolean, () => void, string][] = [
    ['release', mine && can['release'] !== false, () => forms.release(desk, room), ''],
    ['transfer', mine && can['transfer'] !== false, () => forms.transfer(desk, room), ''],
    ['resolve', mine && can['close'] !== false, () => forms.close(desk, room), ''],
    ['snooze', mine && can['snooze'] === true && !room.chat?.snooze, () => forms.snooze(desk, room), 'quiet'],
  ];
  return html`${room.chat?.snooze
    ? act(model, words.say('unsnooze', { t: when(model, room.chat.snooze.until) }), () => void desk.attempt(() => desk.api.remove(`${room.path}/snooze`).then(() => room.load())), 'quiet')
    : nothing}
  ${mains.filter(([, on]) => on).map(([name, , run, kind]) => act(model, words.say(name), run, kind, name))}
  ${may(model, 'export')
    ? html`<a class="btn quiet" href="/desk/api/chats/${room.id}/export?format=json" download="${room.id}.json">${words.say('export')}</a>`
    : nothing}`;
}

function collision(desk: Desk, room: Room): TemplateResult | typeof nothing {
  const { words } = desk.model;
  const others = room.chat?.viewers ?? [];
  if (others.length === 0) return nothing;
  const replying = others.filter((v) => v.replying);
  const names = (replying.length ? replying : others).map((v) => v.name).join('、');
  return html`<p class="collision ${replying.length ? 'hot' : ''}" role="status" data-collision>
    ${words.say(replying.length ? 'others_replying' : 'others_viewing', { names })}
  </p>`;
}

function pendingOffer(desk: Desk, room: Room): TemplateResult | typeof nothing {
  const { model } = desk;
  const { words } = model;
  const q = room.chat?.pending_offer;
  if (!q) return nothing;
  return html`<p class="collision" data-offer=${q.option}>
    ${words.say(q.expired ? 'offer_expired' : 'offer_pending', { label: q.label, t: when(model, q.expires) })}
    <button class="tiny" type="button" @click=${() => void room.goto(q.seq)}>${words.say('show')}</button>
  </p>`;
}
