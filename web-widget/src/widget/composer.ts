import { html, nothing, type TemplateResult } from 'lit';
import { sendIcon } from '../shared/view/icons';
import type { Words } from '../shared/words';

const limit = 100_000; // bytes that the server takes

export interface ComposerState {
  text: string;
  tooLong: boolean;
  ended: boolean;
}

export interface ComposerActions {
  input(text: string): void;
  send(): void;
  left(): void;
}

export function tooLong(text: string): boolean {
  return text.length * 3 > limit && new TextEncoder().encode(text).length > limit;
}

/** Where one writes. Enter sends, also from a keyboard of a phone; Shift and Enter starts a line. */
export function composer(words: Words, state: ComposerState, act: ComposerActions): TemplateResult {
  const empty = state.text.trim() === '';
  return html`<footer class="foot">
    <form
      class="composer"
      @submit=${(e: Event) => {
        e.preventDefault();
        act.send();
      }}
    >
      <textarea
        rows="1"
        enterkeyhint="send"
        autocomplete="off"
        dir="auto"
        aria-label=${words.say('placeholder')}
        placeholder=${words.say('placeholder')}
        aria-invalid=${state.tooLong ? 'true' : nothing}
        aria-describedby=${state.tooLong ? 'too-long' : nothing}
        .value=${state.text}
        ?disabled=${state.ended}
        @input=${(e: InputEvent) => act.input(grow(e.target as HTMLTextAreaElement))}
        @keydown=${(e: KeyboardEvent) => keydown(e, act.send)}
        @blur=${act.left}
      ></textarea>
      <button
        class="send"
        type="submit"
        aria-label=${words.say('send')}
        aria-disabled=${empty || state.tooLong || state.ended ? 'true' : 'false'}
      >
        ${sendIcon}
      </button>
    </form>
    ${state.tooLong ? html`<p class="hint care" id="too-long" role="status">${words.say('too_long')}</p>` : nothing}
  </footer>`;
}

// Enter while an input method is composing chooses a character; it must not send.
function keydown(e: KeyboardEvent, send: () => void): void {
  if (e.key !== 'Enter' || e.shiftKey || e.isComposing || e.keyCode === 229) return;
  e.preventDefault();
  send();
}

/** Lets the field grow with its text. Returns the text. */
export function grow(area: HTMLTextAreaElement): string {
  area.style.setProperty('height', '44px');
  if (area.scrollHeight > 46) area.style.setProperty('height', `${Math.min(area.scrollHeight, 140)}px`);
  return area.value;
}
