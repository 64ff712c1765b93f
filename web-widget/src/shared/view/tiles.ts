import { html, nothing, type TemplateResult } from 'lit';
import type { Card, Message, Option, Row } from '../protocol';
import { checkIcon, rightIcon } from './icons';
import type { View } from './view';

/** Rows that can be chosen (plans, accounts): one wide button each, all with the same facts in the same places. */
export function tiles(m: Message, c: Card, view: View): TemplateResult {
  return html`<ul class="tiles">
    ${(c.rows ?? []).map((r) => html`<li>${tile(m, c, r, view)}</li>`)}
  </ul>`;
}

function tile(m: Message, c: Card, r: Row, view: View): TemplateResult {
  const option = (m.options ?? []).find((o) => o.id === r.option) ?? fallback(r);
  if (!option) return html`<div class="tile">${content(c, r, nothing)}</div>`;
  const live = m.seq === view.live;
  const dead = !live || view.tapped !== '';
  const on = live && view.tapped === option.id;
  return html`<button
    type="button"
    class="tile"
    aria-disabled=${dead ? 'true' : 'false'}
    data-option=${option.id}
    @click=${() => dead || view.choose(m, option)}
  >
    ${content(c, r, on ? checkIcon : live ? rightIcon : nothing)}
  </button>`;
}

// The first cell tells the rows apart, so it stands in the heading; the other
// columns stand below it, in the same places in every tile.
function content(c: Card, r: Row, mark: unknown): TemplateResult {
  const [first, ...rest] = r.cells ?? [];
  if (!c.columns?.length)
    return html`${r.label ? html`<b>${r.label}</b>` : nothing}<span>${(r.cells ?? []).join(' · ')}</span>${mark}`;
  const names = c.columns.slice(1);
  return html`<b>${heading(c.kind === 'accounts' ? '' : (r.label ?? ''), first ?? '')}</b>
    <span class="facts">${rest.map((cell, i) => (cell ? html`<span><small>${names[i]}</small> ${cell}</span>` : nothing))}</span>
    ${mark}`;
}

// "Instalments" and "4 instalments" say one thing; "Deferral" and "30 days" two.
export function heading(label: string, first: string): string {
  if (first.toLowerCase().includes(label.toLowerCase())) return first;
  return [label, first].filter(Boolean).join(' · ');
}

function fallback(r: Row): Option | undefined {
  return r.option ? { id: r.option, label: [r.label, ...(r.cells ?? [])].filter(Boolean).join(' ') } : undefined;
}
