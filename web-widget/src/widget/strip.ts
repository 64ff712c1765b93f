import { html, nothing, type TemplateResult } from 'lit';
import type { ChatClient } from '../shared/client';
import type { Words } from '../shared/words';

interface Lost {
  since: number; // ms, when the connection was last good
  waiting: number; // ms, since when the host is asked for a token; 0 when not
  retry(): void;
}

// Short breaks are nobody's business.
const patience = 1500;

/** One line about the connection, only while there is something to say. */
export function strip(words: Words, client: ChatClient, lost: Lost): TemplateResult | typeof nothing {
  const now = Date.now();
  const noToken = lost.waiting > 0 && now - lost.waiting > 2 * patience;
  if (client.ended || noToken) return line(client.farewell || words.say('session_ended'), words.say('retry'), lost.retry);
  if (client.link === 'stopped') return line(client.farewell || words.say('error'), words.say('retry'), lost.retry);
  if (client.link === 'open' || now - lost.since < patience) return nothing;
  if (!navigator.onLine) return line(words.say('offline'));
  return line(words.say(client.behind ? 'connecting' : 'reconnecting'));
}

function line(text: string, label = '', act?: () => void): TemplateResult {
  return html`<div class="strip" role="status">
    <span>${text}</span>
    ${act ? html`<button class="link" type="button" data-action="retry" @click=${act}>${label}</button>` : nothing}
  </div>`;
}
