import { html, nothing, type TemplateResult } from 'lit';
import type { Message, Option } from '../protocol';
import { checkIcon, outIcon } from './icons';
import type { View } from './view';

/** The buttons of a message that do not stand on its card already. */
export function options(m: Message, view: View, chosen: string): TemplateResult | typeof nothing {
  const onCard = new Set((m.card?.rows ?? []).map((r) => r.option).filter(Boolean));
  if (m.card?.kind === 'budget') onCard.add('budget');
  const rest = (m.options ?? []).filter((o) => !onCard.has(o.id));
  if (rest.length === 0) return nothing;
  const live = m.seq === view.live;
  return html`<div class="options ${live ? '' : 'past'}" role="group" aria-label=${view.words.say('more_options') || nothing}>
    ${rest.map((o) => (o.url ? link(o, o.url, live) : button(m, o, view, o.label === chosen)))}
  </div>`;
}

function button(m: Message, o: Option, view: View, chosen: boolean): TemplateResult {
  const wait = o.id === 'confirm' ? view.readLeft(m) : 0;
  const gone = o.id === 'confirm' && m.card !== undefined && view.expired(m.card);
  const done = o.id === 'step_up' && !view.locked;
  const dead = m.seq !== view.live || view.tapped !== '' || wait > 0 || gone || done;
  const first = o.id === 'confirm' || o.id === 'step_up';
  const on = chosen || done || (m.seq === view.live && view.tapped === o.id);
  return html`<button
    type="button"
    class="button ${first && !dead ? 'first' : ''} ${on ? 'chosen' : ''}"
    aria-disabled=${dead ? 'true' : 'false'}
    data-option=${o.id}
    @click=${() => dead || view.choose(m, o)}
  >
    ${on ? checkIcon : nothing}${wait > 0 ? view.words.say('read_wait', { n: wait }) || o.label : o.label}
  </button>`;
}

function link(o: Option, url: string, live: boolean): TemplateResult {
  const href = safeUrl(url);
  if (!href || !live) return html`<span class="button" aria-disabled="true">${o.label}</span>`;
  return html`<a class="button" href=${href} target="_blank" rel="noopener noreferrer" data-option=${o.id}
    >${o.label}${outIcon}</a
  >`;
}

/** A link that may be opened: https, or http to this very host while developing. */
export function safeUrl(url: string): string | undefined {
  try {
    const u = new URL(url, location.href);
    const own = u.protocol === location.protocol && u.host === location.host;
    return u.protocol === 'https:' || (own && u.protocol === 'http:') ? u.href : undefined;
  } catch {
    return undefined;
  }
}
