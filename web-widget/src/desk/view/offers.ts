import { html, nothing, type TemplateResult } from 'lit';
import type { Desk } from '../app';
import * as forms from '../forms';
import { linked } from '../model';
import type { Room } from '../room';
import type { Context, Offer, Request } from '../types';
import { schedule, veiled } from './account';
import { act, bellIcon, none, pairs, part } from './bits';

/** What may be offered now, a what-if within it, and what needs a second person. */
export function options(desk: Desk, room: Room, c: Context): TemplateResult {
  const { model } = desk;
  const { words } = model;
  const can = room.chat?.may ?? {};
  const asked = room.chat?.requests ?? [];
  const requests = asked.length ? part(words.say('requests'), asked.map((r) => request(desk, r))) : nothing;
  if (c.crisis) return html`<div class="veiled" data-crisis>${bellIcon}<p>${words.say('crisis_no_money')}</p></div>${requests}`;
  return html`${c.locked
    ? veiled(model)
    : html`${part(words.say('offers'), c.offers?.length ? c.offers.map((o) => offer(desk, room, o)) : none(words.say('offers_none')))}
      ${part(words.say('what_if'), whatIf(desk, room))}`}
  ${c.offered?.length
    ? part(
        words.say('offered_before'),
        html`<ul class="sourced">
          ${c.offered.map(
            (o) => html`<li><p>${o.label}</p><small>${words.say(`offer_${o.state}`)}</small> <button class="tiny" type="button" @click=${() => void room.goto(o.seq)}>${words.say('show')}</button></li>`,
          )}
        </ul>`,
      )
    : nothing}
  ${part(
    words.say('authority'),
    html`<ul class="plain">${(c.authority.lines ?? []).map((l) => html`<li>${l}</li>`)}</ul>
      <div class="row-acts">
        ${can['grant'] ? act(model, words.say('grant'), () => forms.grant(desk, room, 'grant'), '', 'grant') : nothing}
        ${can['request'] ? act(model, words.say('request'), () => forms.grant(desk, room, 'request'), '', 'request') : nothing}
        ${can['pay_link'] ? act(model, words.say('pay_link'), () => forms.payLink(desk, room), '', 'pay_link') : nothing}
      </div>`,
  )}
  ${requests}`;
}

function offer(desk: Desk, room: Room, o: Offer): TemplateResult {
  const { model } = desk;
  const { words } = model;
  return html`<details class="offer" data-offer=${o.option}>
    <summary><b>${o.label}</b><span>${o.total}</span></summary>
    ${pairs([
      { label: words.say('total'), text: o.total, strong: true },
      ...(o.extra_cost ? [{ label: words.say('extra_cost'), text: o.extra_cost }] : []),
      ...(o.apr ? [{ label: words.say('apr'), text: o.apr }] : []),
    ])}
    ${o.rows?.length ? schedule(model, o.rows) : nothing} ${o.text ? html`<p class="hint">${o.text}</p>` : nothing}
    ${o.also_due?.length ? html`<p class="hint">${words.say('also_due')} ${o.also_due.map((d) => `${d.due} ${d.amount}`).join('、')}</p>` : nothing}
    ${o.rules?.length ? html`<p class="hint">${o.rules.map((r) => html`<code>${r}</code> `)}</p>` : nothing}
    ${room.chat?.may['offer'] ? act(model, words.say('offer_send'), () => forms.offer(desk, room, o), 'first', 'offer') : nothing}
  </details>`;
}

function whatIf(desk: Desk, room: Room): TemplateResult {
  const { model } = desk;
  const { words } = model;
  const submit = (e: SubmitEvent): void => {
    e.preventDefault();
    const data = new FormData(e.target as HTMLFormElement);
    const text = (name: string): string => String(data.get(name) ?? '').trim();
    const body: Record<string, unknown> = { kind: text('kind') };
    for (const n of ['count', 'days']) if (text(n)) body[n] = Number(text(n));
    for (const n of ['amount', 'date']) if (text(n)) body[n] = text(n);
    void desk.attempt(() => room.price(body));
  };
  const p = room.priced;
  return html`<form class="what-if" @submit=${submit}>
      <label><span>${words.say('kind')}</span><select name="kind">${['plan', 'deferral', 'promise', 'partial'].map((k) => html`<option value=${k}>${words.say(`grant_${k}`)}</option>`)}</select></label>
      <label data-for="plan"><span>${words.say('count')}</span><input name="count" type="number" min="1" max="60" /></label>
      <label data-for="deferral"><span>${words.say('days')}</span><input name="days" type="number" min="1" max="365" /></label>
      <label data-for="promise partial"><span>${words.say('amount')}</span><input name="amount" inputmode="decimal" maxlength="20" autocomplete="off" /></label>
      <label data-for="promise"><span>${words.say('date')}</span><input name="date" type="date" /></label>
      <button class="btn" type="submit" data-act="price" ?disabled=${!linked(model)}>${words.say('calculate')}</button>
    </form>
    <div role="status">
      ${p ? html`<p class=${p.allowed ? 'good' : 'care'}>${words.say(p.allowed ? 'allowed' : 'not_allowed')} ${p.why ?? ''}</p>${p.offer ? offer(desk, room, p.offer) : nothing}` : nothing}
    </div>`;
}

/** What somebody asked for: decided by somebody else. */
export function request(desk: Desk, r: Request): TemplateResult {
  const { model } = desk;
  const { words } = model;
  const name = model.rows.get(r.chat)?.name ?? '';
  return html`<article class="request ${r.state}" data-request=${r.id} data-state=${r.state}>
    <header><b>${r.what}</b><small>${words.say(`request_${r.state}`)}</small></header>
    <p>${r.reason}</p>
    <p class="hint">${[name, r.by_name, r.note].filter(Boolean).join(' · ')}</p>
    ${r.state === 'open'
      ? html`<div class="row-acts">
          ${r.may_decide ? html`${act(model, words.say('approve'), () => forms.decide(desk, r, 'approve'), 'first', 'approve')}${act(model, words.say('refuse'), () => forms.decide(desk, r, 'refuse'), '', 'refuse')}` : nothing}
          ${r.mine ? act(model, words.say('withdraw'), () => forms.decide(desk, r, 'withdraw'), 'quiet') : nothing}
          ${model.room?.id === r.chat ? nothing : html`<button class="btn quiet" type="button" @click=${() => desk.openChat(r.chat)}>${words.say('open')}</button>`}
        </div>
        ${r.mine ? html`<p class="hint">${words.say('second_person')}</p>` : nothing}`
      : nothing}
  </article>`;
}

/** The page of open requests. */
export function requestsPage(desk: Desk): TemplateResult {
  const { model } = desk;
  const { words } = model;
  return html`<main class="page"><h1>${words.say('place_requests')}</h1>
    <p class="hint">${words.say('requests_intro')}</p>
    <div class="cards">${model.requests.map((r) => request(desk, r))}</div>
    ${model.requests.length ? nothing : none(words.say('requests_none'))}</main>`;
}
