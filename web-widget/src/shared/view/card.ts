import { html, nothing, type TemplateResult } from 'lit';
import type { Card, Message, Row } from '../protocol';
import { budgetForm } from './budget';
import { expandIcon } from './icons';
import { heading, tiles } from './tiles';
import type { View } from './view';

const wide = new Set(['plans', 'schedule', 'cost_table']);

/** A card in words, under the text of its message. */
export function card(m: Message, c: Card, view: View): TemplateResult {
  const firm = Boolean(c.id);
  const big = wide.has(c.kind) || (c.rows?.length ?? 0) > 8;
  return html`<section class="card ${firm ? 'firm' : ''}" aria-label=${c.title || nothing} data-card=${c.kind}>
    ${c.title || big
      ? html`<h3>
          <span>${c.title}</span>
          ${big && c.title
            ? html`<button type="button" aria-haspopup="dialog" aria-label=${c.title} @click=${() => view.expand(c)}>
                ${expandIcon}
              </button>`
            : nothing}
        </h3>`
      : nothing}
    ${body(m, c, view)} ${notes(c)} ${standing(m, c, view)}
  </section>`;
}

function body(m: Message, c: Card, view: View): TemplateResult {
  if (c.kind === 'budget') return budgetForm(m, c, view);
  if (c.rows?.some((r) => r.option)) return tiles(m, c, view);
  return table(c);
}

/** A card's lines as a table; with columns, one cell under each. */
export function table(c: Card): TemplateResult {
  const rows = c.rows ?? [];
  if (c.columns?.length) return columns(c.columns, rows);
  return html`<table>
    <tbody>
      ${rows.map((r) => line(r, c.kind))}
    </tbody>
  </table>`;
}

// A line's value stands right; what explains it stands small under its label. A
// balance names the sum first and then how it came about; elsewhere the value
// is last, after its date. A line of a schedule (number, date, sum) goes by its
// number: its label would only repeat itself.
function line(r: Row, kind: string): TemplateResult {
  const cells = r.cells ?? [];
  const at = kind === 'balance' ? 0 : cells.length - 1;
  const rest = cells.filter((_, i) => i !== at);
  return html`<tr class=${r.strong ? 'strong' : ''}>
    <th scope="row">${named(r.label ?? '', rest, kind)}</th>
    <td>${cells[at]}</td>
  </tr>`;
}

function named(label: string, rest: string[], kind: string): TemplateResult {
  if (kind === 'balance') return html`${label}${rest.map((b) => html`<small>${b}</small>`)}`;
  const [number, ...more] = rest;
  if (more.length > 0)
    return html`<span class="hush">${label} </span><span class="number">${number}</span> <b>${more.join(' · ')}</b>`;
  return html`${[label, ...rest].filter(Boolean).join(' · ')}`;
}

// The first cell tells the rows apart, as it does on the tiles: it heads its line.
function columns(names: string[], rows: Row[]): TemplateResult {
  return html`<table class="columns">
    <thead>
      <tr>
        <td></td>
        ${names.slice(1).map((n) => html`<th scope="col">${n}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(({ label, cells, strong }) => {
        const [first, ...rest] = cells ?? [];
        return html`<tr class=${strong ? 'strong' : ''}>
          <th scope="row">${heading(label ?? '', first ?? '')}</th>
          ${rest.map((c) => html`<td>${c}</td>`)}
        </tr>`;
      })}
    </tbody>
  </table>`;
}

function notes(c: Card): TemplateResult | typeof nothing {
  if (!c.notes?.length) return nothing;
  return html`<ul class="notes">
    ${c.notes.map((n) => html`<li>${n}</li>`)}
  </ul>`;
}

/** Below terms that can be confirmed: what the button does, or that it is too late. */
function standing(m: Message, c: Card, view: View): TemplateResult | typeof nothing {
  if (!c.id || m.seq !== view.live) return nothing;
  const late = view.expired(c);
  const words = view.words.say(late ? 'card_expired' : 'confirm_hint');
  return words ? html`<p class="hint ${late ? 'care' : ''}" role=${late ? 'status' : nothing}>${words}</p>` : nothing;
}
