import { html, nothing, type TemplateResult } from 'lit';
import type { Actions, Model } from './model';
import type { DemoWords } from './words';

/** Who is shown, what day it is, and a payment that comes in. */
export function controls(model: Model, words: DemoWords, act: Actions): TemplateResult {
  return html`<p class="about">${words.about}</p>
    <fieldset class="who">
      <legend>${words.who}</legend>
      ${model.borrowers.map(
        (b) => html`<label lang=${b.locale}>
          <input
            type="radio"
            name="borrower"
            value=${b.id}
            .checked=${b.id === model.borrower?.id}
            @change=${() => act.choose(b.id)}
          />
          <span><b>${b.name}</b><small>${b.line}</small></span>
        </label>`,
      )}
    </fieldset>
    <section class="block">
      <h2>${words.day}</h2>
      <p class="date" id="date">${model.state?.day ?? model.state?.date ?? '…'}</p>
      <div class="row">
        <button type="button" data-days="1" @click=${() => act.step(1)}>${words.next_day}</button>
        <button type="button" data-days="7" @click=${() => act.step(7)}>${words.next_week}</button>
      </div>
    </section>
    <section class="block">
      <h2>${words.payment}</h2>
      <form class="row" @submit=${(e: SubmitEvent) => submit(e, act)}>
        <input name="amount" inputmode="decimal" autocomplete="off" aria-label=${words.amount} placeholder=${words.amount} />
        <button type="submit">${words.post}</button>
      </form>
    </section>
    ${model.failed ? html`<p class="fault" role="status">${words.failed}</p>` : nothing}`;
}

function submit(e: SubmitEvent, act: Actions): void {
  e.preventDefault();
  const form = e.target as HTMLFormElement;
  act.post(String(new FormData(form).get('amount') ?? '').trim());
  form.reset();
}
