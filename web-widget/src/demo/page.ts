import { html, type TemplateResult } from 'lit';
import type { Actions, Model } from './model';
import type { DemoWords } from './words';

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
      <p class="brand"><img src="icon.svg" alt="" width="36" height="36" />Warmline</p>
      ${controls}
    </aside>
    <div class="phone">
      ${wallet}
      <warmline-chat layout="sheet"></warmline-chat>
      ${pin}
    </div>
  </div>`;
}
