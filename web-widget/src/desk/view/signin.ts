import { html, nothing, type TemplateResult } from 'lit';
import type { Desk } from '../app';

export const mark = html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
  <rect width="32" height="32" rx="9"></rect>
  <path d="M25 15.5a8.5 8.5 0 0 1-8.5 8.5H9l1.700-2.700A8.5 8.5 0 1 1 25 15.500ZM12.500 14h8M12.500 17.600h5"></path>
</svg>`;

/** Signing in, choosing a new password, or saying that the service does not answer. */
export function gate(desk: Desk): TemplateResult {
  const { model } = desk;
  const { words } = model;
  return html`<main class="gate">
    <div class="gate-card">
      <p class="brand">${mark}<span>Warmline</span></p>
      <h1>${words.say(model.phase === 'password' ? 'password_title' : 'signin_title')}</h1>
      ${model.phase === 'down' ? down(desk) : model.phase === 'password' ? password(desk) : signIn(desk)}
    </div>
  </main>`;
}

function down(desk: Desk): TemplateResult {
  const { words } = desk.model;
  return html`<p role="alert">${words.say('down')}</p>
    <button class="btn first" type="button" @click=${() => location.reload()}>${words.say('again')}</button>`;
}

function signIn(desk: Desk): TemplateResult {
  const { model } = desk;
  const { words } = model;
  const submit = (e: SubmitEvent): void => {
    e.preventDefault();
    const data = new FormData(e.target as HTMLFormElement);
    void desk.signIn(String(data.get('user') ?? '').trim(), String(data.get('password') ?? ''));
  };
  return html`<form class="fields" @submit=${submit}>
    <label><span>${words.say('user')}</span><input name="user" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus /></label>
    <label><span>${words.say('password')}</span><input name="password" type="password" autocomplete="current-password" required /></label>
    ${failed(desk)}
    <button class="btn first" type="submit" ?disabled=${model.busy}>${words.say('signin')}</button>
    <p class="hint">${words.say('signin_hint')}</p>
  </form>`;
}

function password(desk: Desk): TemplateResult {
  const { model } = desk;
  const { words } = model;
  const submit = (e: SubmitEvent): void => {
    e.preventDefault();
    const data = new FormData(e.target as HTMLFormElement);
    void desk.changePassword(String(data.get('old') ?? ''), String(data.get('new') ?? ''));
  };
  return html`<form class="fields" @submit=${submit}>
    <p>${words.say('password_why')}</p>
    <label><span>${words.say('password_old')}</span><input name="old" type="password" autocomplete="current-password" required /></label>
    <label><span>${words.say('password_new')}</span><input name="new" type="password" autocomplete="new-password" minlength="12" required /></label>
    ${failed(desk)}
    <button class="btn first" type="submit" ?disabled=${model.busy}>${words.say('password_set')}</button>
  </form>`;
}

function failed(desk: Desk): TemplateResult | typeof nothing {
  return desk.model.failed ? html`<p class="care" role="alert">${desk.model.failed}</p>` : nothing;
}
