import { html, nothing, type TemplateResult } from 'lit';
import type { Standing } from '../shared/client';
import { shortName } from '../shared/locales';
import { crossIcon } from '../shared/view/icons';
import type { Words } from '../shared/words';

export interface HeaderActions {
  human(): void;
  menu(): void;
  close(): void;
}

/** Title, who answers, the way to a person, the menu, the way out; and that an AI writes here. */
export function header(words: Words, standing: Standing, linked: boolean, act: HeaderActions): TemplateResult {
  const asked = standing.owner === 'queue' || standing.owner === 'agent';
  return html`<header class="head">
      <hgroup>
        <h2 id="title" tabindex="-1">${words.say('title')}</h2>
        <p class=${linked ? 'on' : ''}><span>${answering(words, standing)}</span></p>
      </hgroup>
      ${asked
        ? nothing
        : html`<button class="tool person" type="button" data-action="human" @click=${act.human}>
            ${words.say('human_button')}
          </button>`}
      <button
        class="tool"
        type="button"
        data-action="menu"
        aria-haspopup="dialog"
        aria-label=${`${words.say('menu')}, ${words.say('language')} ${shortName(words.locale)}`}
        @click=${act.menu}
      >
        ${shortName(words.locale)}
      </button>
      <button class="tool" type="button" data-action="close" aria-label=${words.say('close')} @click=${act.close}>
        ${crossIcon}
      </button>
    </header>
    <p class="notice">${words.say('ai_notice')}</p>`;
}

function answering(words: Words, s: Standing): string {
  if (s.owner === 'agent') return [words.say('human'), s.agent].filter(Boolean).join(' · ');
  if (s.owner === 'queue') return [words.say('human_waiting'), s.eta].filter(Boolean).join(' · ');
  return words.say('ai');
}
