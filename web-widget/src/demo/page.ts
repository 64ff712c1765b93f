import { html, type TemplateResult } from 'lit';
import type { Actions, Model } from './model';
import type { DemoWords } from './words';

const mark = html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
  <rect width="32" height="32" rx="9"></rect>
  <path d="M25 15.5a8.5 8.5 0 0 1-8.5 8.5H9l1.7-2.7A8.5 8.5 0 1 1 25 15.5ZM12.5 14h8M12.5 17.6h5"></path>
</svg>`;

/** Controls on the left and a phone on the right; on a phone, the wallet alone with the controls in a drawer. */
export function page(
  model: Model,
  words: DemoWords,
  controls: TemplateResult,
  wallet: TemplateResult,
  pin: TemplateResult | symbol,
  act: Actions,
): TemplateResult {
  return html`<div class="stage">
    <aside class="side ${model.drawer ? 'out' : ''}" aria-label=${words.controls}>
      <button class="quiet only-phone" type="button" @click=${() => act.drawer(false)}>${words.close}</button>
      <p class="brand">${mark}Warmline</p>
      ${controls}
    </aside>
    <div class="phone">
      ${wallet}
      <warmline-chat layout="sheet"></warmline-chat>
      ${pin}
    </div>
  </div>`;
}
