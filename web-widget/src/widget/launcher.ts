import { html, nothing, type TemplateResult } from 'lit';
import { chatIcon } from '../shared/view/icons';
import type { Words } from '../shared/words';

/** The round button that opens the chat. Its name says how much is unread. */
export function launcher(words: Words, unread: number, hidden: boolean, open: () => void): TemplateResult {
  return html`<button
    class="launcher"
    type="button"
    ?hidden=${hidden}
    aria-haspopup="dialog"
    aria-label=${[words.say('open'), unreadWords(words, unread)].filter(Boolean).join(', ')}
    @click=${open}
  >
    ${chatIcon}${unread > 0 ? html`<span class="badge" aria-hidden="true">${unread > 99 ? '99+' : unread}</span>` : nothing}
  </button>`;
}

export function unreadWords(words: Words, n: number): string {
  if (n === 0) return '';
  return words.say(n === 1 ? 'unread_one' : 'unread_many', { n });
}
