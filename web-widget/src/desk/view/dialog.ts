import { html, nothing, type TemplateResult } from 'lit';
import type { Desk } from '../app';
import type { Field } from '../form';
import { keys } from '../keys';
import { linked } from '../model';

/** The one dialog: a form, or the list of keys. */
export function dialog(desk: Desk): TemplateResult | typeof nothing {
  const { model } = desk;
  if (model.help) return help(desk);
  const { form, words } = model;
  if (!form) return nothing;
  const submit = (e: SubmitEvent): void => {
    e.preventDefault();
    void desk.submit(new FormData(e.target as HTMLFormElement));
  };
  return html`<dialog class="dialog" aria-labelledby="dialog-title" @cancel=${(e: Event) => (e.preventDefault(), desk.dismiss())}>
    <form class="fields" @submit=${submit}>
      <h2 id="dialog-title">${form.title}</h2>
      ${form.intro ? html`<p>${form.intro}</p>` : nothing}
      ${form.lines?.length ? html`<ul class="plain">${form.lines.map((l) => html`<li>${l}</li>`)}</ul>` : nothing}
      ${form.fields.map(field)}
      ${form.failed ? html`<p class="care" role="alert">${form.failed}</p>` : nothing}
      <div class="foot">
        <button class="btn" type="button" data-act="cancel" @click=${() => desk.dismiss()}>${words.say('cancel')}</button>
        <button class="btn first ${form.careful ? 'careful' : ''}" type="submit" data-act="submit" ?disabled=${model.busy || !linked(model)}>
          ${form.submit}
        </button>
      </div>
    </form>
  </dialog>`;
}

function field(f: Field): TemplateResult {
  const hint = f.hint ? html`<small>${f.hint}</small>` : nothing;
  if (f.kind === 'check')
    return html`<label class="check"><input type="checkbox" name=${f.name} ?checked=${f.value === 'on'} /><span>${f.label}</span>${hint}</label>`;
  return html`<label><span>${f.label}</span>${control(f)}${hint}</label>`;
}

const types = { text: 'text', date: 'date', time: 'datetime-local', number: 'number', password: 'password' } as const;

function control(f: Field): TemplateResult {
  const required = f.required ?? false;
  if (f.kind === 'choice')
    return html`<select name=${f.name} ?required=${required}>
      ${required && (f.choices?.length ?? 0) === 1 ? nothing : html`<option value=""></option>`}
      ${(f.choices ?? []).map((c) => html`<option value=${c.id} ?selected=${f.value === c.id}>${c.label}</option>`)}
    </select>`;
  if (f.kind === 'long') return html`<textarea name=${f.name} rows="3" maxlength=${f.max ?? 1000} ?required=${required}></textarea>`;
  const type = types[f.kind as keyof typeof types];
  return html`<input name=${f.name} type=${type} maxlength=${f.max ?? 200} .value=${f.value ?? ''} ?required=${required} autocomplete="off" />`;
}

function help(desk: Desk): TemplateResult {
  const { words } = desk.model;
  return html`<dialog class="dialog" aria-labelledby="dialog-title" @cancel=${(e: Event) => (e.preventDefault(), desk.dismiss())}>
    <h2 id="dialog-title">${words.say('help')}</h2>
    <dl class="keys">
      ${keys.map((k) => html`<div><dt><kbd>${words.say(`key_${k.key}`) || k.key}</kbd></dt><dd>${words.say(`does_${k.command}`)}</dd></div>`)}
      <div><dt><kbd>/</kbd></dt><dd>${words.say('does_canned')}</dd></div>
      <div><dt><kbd>Enter</kbd></dt><dd>${words.say('does_send')}</dd></div>
      <div><dt><kbd>Shift Enter</kbd></dt><dd>${words.say('does_line')}</dd></div>
    </dl>
    <div class="foot"><button class="btn first" type="button" data-act="cancel" @click=${() => desk.dismiss()}>${words.say('close')}</button></div>
  </dialog>`;
}
