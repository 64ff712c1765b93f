import { html, nothing, type TemplateResult } from 'lit';
import type { Actions, Model } from './model';
import type { DemoWords } from './words';

/** The wallet's home screen. Its figures come from the server in words. */
export function wallet(model: Model, words: DemoWords, act: Actions): TemplateResult {
  const { borrower, state } = model;
  return html`<main class="wallet">
    <header>
      <span class="face" aria-hidden="true">${[...(borrower?.name ?? ' ')][0]}</span>
      <h1><small>${words.hello}</small>${borrower?.name ?? ''}</h1>
      <button class="quiet only-phone" type="button" @click=${() => act.drawer(true)}>${words.controls}</button>
    </header>
    <section class="purse">
      <h2>${words.balance}</h2>
      <p>${state?.wallet?.balance ?? '····'}</p>
    </section>
    ${state?.wallet?.rows?.length
      ? html`<section class="sheet">
          <h2>${words.credit}</h2>
          <dl>
            ${state.wallet.rows.map((r) => html`<div><dt>${r.label}</dt><dd>${r.value}</dd></div>`)}
          </dl>
        </section>`
      : nothing}
    <button class="inbox" type="button" @click=${act.openChat}>
      <span>${words.message}</span>${model.unread > 0 ? html`<b>${model.unread}</b>` : nothing}
    </button>
  </main>`;
}
