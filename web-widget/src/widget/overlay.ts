import { html, nothing, type TemplateResult } from 'lit';
import { locales } from '../shared/locales';
import type { Card } from '../shared/protocol';
import { table } from '../shared/view/card';
import { checkIcon, crossIcon, saveIcon, themeIcon } from '../shared/view/icons';
import type { Words } from '../shared/words';

/** What lies over the chat: the menu, or a card to be read at leisure. */
export type Overlay = { kind: 'menu' } | { kind: 'card'; card: Card };

export interface OverlayActions {
  close(): void;
  locale(id: string): void;
  theme(): void;
  download(): void;
}

export function overlay(o: Overlay, words: Words, dark: boolean, act: OverlayActions): TemplateResult {
  const title = o.kind === 'menu' ? words.say('menu') : (o.card.title ?? '');
  return html`<div
    class="veil"
    @click=${(e: Event) => e.target === e.currentTarget && act.close()}
  >
    <div class="overlay" role="dialog" aria-modal="true" aria-labelledby="overlay-title">
      <header>
        <h3 id="overlay-title" tabindex="-1">${title}</h3>
        <button class="tool" type="button" aria-label=${words.say('close')} @click=${act.close}>${crossIcon}</button>
      </header>
      <div class="body">${o.kind === 'menu' ? menu(words, dark, act) : sheet(o.card)}</div>
    </div>
  </div>`;
}

function menu(words: Words, dark: boolean, act: OverlayActions): TemplateResult {
  return html`<ul class="list" aria-label=${words.say('language')}>
      ${locales.map(
        (l) => html`<li>
          <button
            type="button"
            lang=${l.id}
            aria-pressed=${l.id === words.locale ? 'true' : 'false'}
            data-locale=${l.id}
            @click=${() => act.locale(l.id)}
          >
            ${l.name}${l.id === words.locale ? checkIcon : nothing}
          </button>
        </li>`,
      )}
    </ul>
    <ul class="list">
      <li>
        <button type="button" data-action="theme" aria-pressed=${dark ? 'true' : 'false'} @click=${act.theme}>
          ${words.say('theme')}${themeIcon}
        </button>
      </li>
      <li>
        <button type="button" data-action="download" @click=${act.download}>${words.say('download')}${saveIcon}</button>
      </li>
    </ul>
    ${words.has('powered') ? html`<p class="powered">${words.say('powered')}</p>` : nothing}`;
}

function sheet(card: Card): TemplateResult {
  return html`${table(card)}${card.notes?.length
    ? html`<ul class="notes">
        ${card.notes.map((n) => html`<li>${n}</li>`)}
      </ul>`
    : nothing}`;
}
