import { html, nothing, type TemplateResult } from 'lit';
import type { Desk } from '../app';
import { may, serverNow, type Model, type Place } from '../model';
import { ago, span } from '../time';
import type { Page, Status } from '../types';
import { act, bellIcon, priority } from './bits';
import { mark } from './signin';

const statuses: Status[] = ['available', 'away', 'wrap_up', 'offline'];

/** The bar on top: where one is, whether one is connected, whether one is available. */
export function bar(desk: Desk): TemplateResult {
  const { model } = desk;
  const { words, me } = model;
  const places: Place[] = ['chats', 'requests'];
  if (may(model, 'board')) places.push('board');
  if (may(model, 'audit')) places.push('audit');
  places.push('settings');
  return html`<header class="bar">
    <p class="brand">${mark}<span>Warmline</span></p>
    <nav aria-label=${words.say('places')}>
      ${places.map(
        (p) => html`<a href="#/${p}" aria-current=${p === model.place ? 'page' : nothing} @click=${(e: Event) => (e.preventDefault(), desk.go(p))}
          >${words.say(`place_${p}`)}${p === 'requests' && model.open > 0 ? html`<span class="count">${model.open}</span>` : nothing}</a
        >`,
      )}
    </nav>
    <span class="grow"></span>
    ${link(desk)}
    ${may(model, 'claim')
      ? html`<label class="status ${me?.status}"
          ><span class="hush">${words.say('availability')}</span>
          <select data-act="status" .value=${me?.status ?? 'offline'} @change=${(e: Event) => void desk.setStatus((e.target as HTMLSelectElement).value as Status)}>
            ${statuses.map((s) => html`<option value=${s} ?selected=${s === me?.status}>${words.say(`status_${s}`)}</option>`)}
          </select></label
        >
        <span class="load" title=${words.say('load_title')}>${load(model)}/${me?.cap ?? 0}</span>`
      : nothing}
    <span class="me"><b>${me?.name}</b> <small>${words.say(`role_${me?.role ?? 'agent'}`)}</small></span>
    <button class="btn quiet" type="button" data-act="help" aria-label=${words.say('help')} @click=${() => ((model.help = true), desk.changed())}>?</button>
    <button class="btn quiet" type="button" data-act="signout" @click=${() => void desk.signOut(false)}>${words.say('signout')}</button>
  </header>`;
}

const load = (m: Model): number => [...m.rows.values()].filter((r) => r.owner === 'agent' && r.agent === m.me?.id).length;

function link(desk: Desk): TemplateResult {
  const { link: l, words } = desk.model;
  const good = l === 'open';
  return html`<span class="link-state ${good ? 'on' : 'off'}" role="status">${words.say(good ? 'online' : 'connecting')}</span>`;
}

/** What stays on top of everything until it is dealt with. */
export function strips(desk: Desk): TemplateResult {
  const { model } = desk;
  const { words } = model;
  const gone = model.link === 'away' || model.link === 'closed';
  return html`<section class="strips" aria-label=${words.say('strips')}>
  ${marks(desk)}
  ${gone ? html`<p class="strip offline" role="alert" data-strip="offline">${model.farewell} ${words.say('offline')}</p>` : nothing}
  ${model.pages.map((p) => page(desk, p))}</section>`;
}

/** What is not as it should be where real borrowers are served: a demonstration, and rules that nobody has reviewed. */
function marks(desk: Desk): TemplateResult | typeof nothing {
  const { me, words } = desk.model;
  const rules = me?.unreviewed ?? [];
  if (!me?.demo && rules.length === 0) return nothing;
  return html`<p class="strip demo" title=${rules.join(', ')}>${me?.demo ? html`<span>${words.say('demo')}</span>` : nothing}${rules.length > 0 ? html`<span data-mark="unreviewed">${words.say('unreviewed', { n: String(rules.length) })}</span>` : nothing}</p>`;
}

function page(desk: Desk, p: Page): TemplateResult {
  const { model } = desk;
  const { words } = model;
  const row = model.rows.get(p.chat);
  return html`<div class="strip alarm" role="alert" data-page=${p.ref}>
    ${bellIcon}${priority(model, 0)}
    <b>${words.say('page_text', { name: row?.name ?? '' })}</b>
    <span>${words.say('page_since', { t: span(ago(p.at, serverNow(model)), words), n: p.tries })}</span>
    <span class="grow"></span>
    <button class="btn" type="button" @click=${() => desk.openChat(p.chat)}>${words.say('open')}</button>
    ${may(model, 'claim') ? act(model, words.say('acknowledge'), () => void desk.acknowledge(p.ref), 'first', 'ack') : nothing}
  </div>`;
}

/** A short word about what just happened or did not. */
export function notice(desk: Desk): TemplateResult {
  const n = desk.model.notice;
  return html`<div class="notices" role="status" aria-live="polite">
    ${n ? html`<p class=${n.care ? 'care' : ''}>${n.text}</p>` : nothing}
  </div>`;
}
