import { html, nothing, type TemplateResult } from 'lit';
import { lockIcon } from '../../shared/view/icons';
import type { Model } from '../model';
import type { Context, OfferRow } from '../types';
import { none, pairs, part, when } from './bits';

/** What stands where the account would be while the person is not verified. */
export function veiled(m: Model): TemplateResult {
  return html`<div class="veiled" data-veiled>${lockIcon}<p>${m.words.say('veiled')}</p></div>`;
}

export function schedule(m: Model, rows: readonly { due: string; amount: string; label?: string; n?: number }[]): TemplateResult {
  return html`<table class="plan">
    <thead>
      <tr><th scope="col">${m.words.say('due')}</th><th scope="col">${m.words.say('amount')}</th></tr>
    </thead>
    <tbody>
      ${rows.map((r) => html`<tr><td>${when(m, r.due)}${r.label ? html` <small>${r.label}</small>` : nothing}</td><td>${r.amount}</td></tr>`)}
    </tbody>
  </table>`;
}

/** Balance, schedule, arrangements and verified facts, each with source and time. */
export function account(m: Model, c: Context): TemplateResult {
  const { words } = m;
  if (c.locked) return veiled(m);
  return html`${(c.accounts ?? []).map((a) =>
    part(
      a.label || a.product,
      html`<p class="big"><span>${a.due.label}</span> <b>${a.due.text}</b></p>
        ${pairs(a.rows ?? [])} ${a.schedule?.length ? schedule(m, a.schedule) : nothing}`,
      html`<small>${a.ref}</small>`,
    ),
  )}
  ${(c.arrangements ?? []).map((a) => part(a.label, html`${pairs([{ label: words.say('total'), text: a.total }, { label: words.say('paid'), text: a.paid }])}${rows(m, a.rows)}`, html`<small>${a.status_label}</small>`))}
  ${c.promise ? part(words.say('promise'), pairs([{ label: words.say('amount'), text: c.promise.amount }, { label: words.say('date'), text: when(m, c.promise.date) }])) : nothing}
  ${c.payments?.length
    ? part(words.say('payments'), html`<table class="plan"><tbody>${c.payments.map((p) => html`<tr><td>${when(m, p.at)} <small>${p.ref}</small></td><td>${p.amount} <small>${p.status}</small></td></tr>`)}</tbody></table>`)
    : nothing}
  ${part(
    words.say('facts'),
    c.facts?.length
      ? html`<dl class="pairs facts-list">
          ${c.facts.map(
            (f) => html`<div>
              <dt>${f.label}<small>${words.say('from_source', { source: f.source, t: when(m, f.at) })}</small></dt>
              <dd>${f.text}</dd>
            </div>`,
          )}
        </dl>`
      : none(words.say('none')),
  )}`;
}

const rows = (m: Model, list: OfferRow[] | null): TemplateResult | typeof nothing => (list?.length ? schedule(m, list) : nothing);
