import { html, nothing, type TemplateResult } from 'lit';
import type { Actions, Model } from './model';
import type { DemoWords } from './words';

/** The wallet's own PIN screen: the chat never sees a code. */
export function pinDialog(model: Model, words: DemoWords, act: Actions): TemplateResult | typeof nothing {
  if (model.pin === 'closed') return nothing;
  return html`<div class="cover" @keydown=${(e: KeyboardEvent) => e.key === 'Escape' && act.closePin()}>
    <div role="dialog" aria-modal="true" aria-labelledby="pin-title">
      <form class="pin" @submit=${(e: SubmitEvent) => submit(e, act)}>
        <h2 id="pin-title">${words.pin_title}</h2>
        <p>${words.pin_body}</p>
        <input
          id="pin"
          name="pin"
          type="password"
          inputmode="numeric"
          autocomplete="off"
          maxlength="8"
          aria-label=${words.pin_title}
          aria-describedby="pin-hint"
        />
        <p id="pin-hint" role="status">${model.pin === 'wrong' ? words.pin_wrong : words.pin_hint}</p>
        <div class="row">
          <button type="button" @click=${act.closePin}>${words.cancel}</button>
          <button class="main" type="submit">${words.pin_ok}</button>
        </div>
      </form>
    </div>
  </div>`;
}

function submit(e: SubmitEvent, act: Actions): void {
  e.preventDefault();
  const form = e.target as HTMLFormElement;
  const typed = String(new FormData(form).get('pin') ?? '');
  form.reset();
  act.pin(typed);
}
