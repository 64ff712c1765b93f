import { html, nothing, svg, type TemplateResult } from 'lit';
import { linked, serverNow, type Model } from '../model';
import { ago, span, stamp } from '../time';
import type { Clock, Row } from '../types';

const icon = (d: string): TemplateResult =>
  html`<svg class="icon small" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${svg`<path d=${d}></path>`}</svg>`;

export const botIcon = icon('M8 8.5h8a3 3 0 0 1 3 3V16a3 3 0 0 1-3 3H8a3 3 0 0 1-3-3v-4.5a3 3 0 0 1 3-3ZM12 8.5V5M9.5 13v1.5M14.5 13v1.5');
export const personIcon = icon('M12 12a3.75 3.75 0 1 0 0-7.500 3.75 3.75 0 0 0 0 7.500ZM5 19.500c1-3.600 3.700-5 7-5s6 1.400 7 5');
export const noteIcon = icon('M6 4.500h8.500L18.500 8.500v11H6ZM14 4.500v4.500h4.500M9 13h6.500M9 16h4.500');
export const whyIcon = icon('M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16ZM9.800 9.700a2.300 2.300 0 1 1 3.300 2.100c-.8.4-1.100.9-1.100 1.700M12 16.300v.1');
export const bellIcon = icon('M6.500 16.500h11l-1.500-2.300V10.500a4 4 0 0 0-8 0v3.700ZM10.500 19h3');
export const filterIcon = icon('M4.500 6.500h15M7.500 12h9M10.500 17.500h3');
export const fileIcon = icon('M7 4h7l4 4v12H7ZM14 4v4h4');
export const sideIcon = icon('M4.500 5.500h15v13h-15ZM14 5.500v13');
export const backIcon = icon('m14.500 6-6 6 6 6');
export const eyeIcon = icon('M3.500 12S6.500 6.500 12 6.500 20.500 12 20.500 12 17.500 17.500 12 17.500 3.500 12 3.500 12ZM12 14.300a2.300 2.300 0 1 0 0-4.600 2.300 2.300 0 0 0 0 4.600');

/** A button that works only while there is a connection. */
export function act(m: Model, label: unknown, run: () => void, kind = '', key = ''): TemplateResult {
  const off = !linked(m);
  return html`<button
    type="button"
    class="btn ${kind}"
    ?disabled=${off}
    data-act=${key || nothing}
    title=${off ? m.words.say('offline_short') : nothing}
    @click=${run}
  >
    ${label}
  </button>`;
}

/** P0 to P3: the word and its weight, never the colour alone. */
export function priority(m: Model, p: number): TemplateResult {
  return html`<span class="prio p${p}" title=${m.words.say(`priority_${p}`)}>P${p}</span>`;
}

/** How long somebody has been waiting, and what the promise about it is. */
export function waiting(m: Model, r: Row): TemplateResult | typeof nothing {
  if (r.owner === 'closed') return html`<span class="wait">${m.words.say('closed')}</span>`;
  const since = r.owner === 'queue' ? r.waiting_since : r.unanswered && r.owner === 'agent' ? (r.last_in ?? r.waiting_since) : '';
  if (!since) return nothing;
  const text = span(ago(since, serverNow(m)), m.words);
  return html`<span class="wait ${r.sla.state}">${text}${slaWord(m, r)}</span>`;
}

function slaWord(m: Model, r: Row): TemplateResult | typeof nothing {
  if (r.sla.kind === 'none' || r.sla.state === 'ok') return nothing;
  return html` <b>${m.words.say(`sla_${r.sla.state}`)}</b>`;
}

export function clock(m: Model, due: string | undefined, state: Clock): TemplateResult | typeof nothing {
  if (!due) return nothing;
  const left = -ago(due, serverNow(m));
  const text = left < 0 ? m.words.say('overdue_by', { t: span(left, m.words) }) : m.words.say('due_in', { t: span(left, m.words) });
  return html`<span class="wait ${state}" title=${when(m, due)}>${text}</span>`;
}

/** An instant as date and time; a plain date as it is. */
export function when(m: Model, at: string | undefined): string {
  if (!at) return '';
  return at.includes('T') ? stamp(at, m.words.locale, m.me?.zone) : at;
}

export const language = (m: Model, locale: string): string => m.words.say(`lang_${locale.replaceAll('-', '_')}`) || locale;

/** A titled part of a pane. */
export function part(title: string, body: unknown, extra: unknown = nothing): TemplateResult {
  return html`<section class="part">
    <header><h3>${title}</h3>${extra}</header>
    ${body}
  </section>`;
}

export const none = (words: string): TemplateResult => html`<p class="none">${words}</p>`;

/** Label and value, one under the other in two columns. */
export function pairs(lines: readonly { label: string; text: unknown; strong?: boolean | undefined }[]): TemplateResult {
  return html`<dl class="pairs">
    ${lines.map((l) => html`<div class=${l.strong ? 'strong' : ''}><dt>${l.label}</dt><dd>${l.text}</dd></div>`)}
  </dl>`;
}
