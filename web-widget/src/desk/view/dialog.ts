import { html, nothing, type TemplateResult } from 'lit';
import type { Desk } from '../app';
import { complained, type Field } from '../form';
import { keys } from '../keys';
import { placeIn } from '../pick';
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
      ${form.fields.map((f) => field(f, complained(f, form.wrong) ? (form.failed ?? '') : ''))}
      ${form.failed && !form.fields.some((f) => complained(f, form.wrong)) ? html`<p class="care" role="alert">${form.failed}</p>` : nothing}
      <div class="foot">
        <button class="btn" type="button" data-act="cancel" @click=${() => desk.dismiss()}>${words.say('cancel')}</button>
        <button class="btn first ${form.careful ? 'careful' : ''}" type="submit" data-act="submit" ?disabled=${model.busy || !linked(model)}>
          ${form.submit}
        </button>
      </div>
    </form>
  </dialog>`;
}

// A field with what the server had to say of it, if anything.
function field(f: Field, wrong: string): TemplateResult {
  const below = html`${f.hint ? html`<small>${f.hint}</small>` : nothing}${wrong ? html`<small class="care" role="alert" data-wrong=${f.name}>${wrong}</small>` : nothing}`;
  if (f.kind === 'check')
    return html`<label class="check"><input type="checkbox" name=${f.name} ?checked=${f.value === 'on'} /><span>${f.label}</span>${below}</label>`;
  if (f.kind === 'many') return many(f, below);
  if (f.kind === 'range') return range(f, below);
  return html`<label class=${f.half ? 'half' : ''} data-for=${f.only ?? nothing}><span>${f.label}</span>${control(f, wrong !== '')}${below}</label>`;
}

// A text of which a part is picked, by mouse or keys: a field that takes no
// input, because a read-only one has no caret to select with. What is picked goes along in two hidden fields.
function range(f: Field, below: TemplateResult): TemplateResult {
  const text = f.value ?? '';
  const picked = (e: Event): void => {
    const field = e.target as HTMLTextAreaElement;
    const box = field.closest('label');
    const put = (name: string, at: number): void => {
      const hidden = box?.querySelector<HTMLInputElement>(`[name=${name}]`);
      if (hidden) hidden.value = String(placeIn(text, at));
    };
    put('from', field.selectionStart);
    put('to', field.selectionEnd);
    const shown = box?.querySelector('output');
    if (shown) shown.textContent = field.value.slice(field.selectionStart, field.selectionEnd);
  };
  const [from, to] = f.chosen ?? [0, 0];
  return html`<label data-range
    ><span>${f.label}</span>
    <textarea
      rows="4"
      aria-readonly="true"
      .value=${text}
      @beforeinput=${(e: Event) => e.preventDefault()}
      @select=${picked}
      @keyup=${picked}
      @mouseup=${picked}
    ></textarea>
    <input type="hidden" name="from" value=${from} /><input type="hidden" name="to" value=${to} />
    <output .textContent=${text.slice(from, to)}></output>${below}</label
  >`;
}

function many(f: Field, below: TemplateResult): TemplateResult {
  const on = new Set((f.value ?? '').split(','));
  return html`<fieldset class="many">
    <legend>${f.label}</legend>
    <div>${(f.choices ?? []).map((c) => html`<label class="check"><input type="checkbox" name=${f.name} value=${c.id} ?checked=${on.has(c.id)} /><span>${c.label}</span></label>`)}</div>
    ${below}
  </fieldset>`;
}

const types = { text: 'text', date: 'date', time: 'datetime-local', clock: 'time', number: 'number', password: 'password' } as const;

function control(f: Field, wrong: boolean): TemplateResult {
  const required = f.required ?? false;
  const invalid = wrong ? 'true' : nothing;
  if (f.kind === 'choice')
    return html`<select name=${f.name} ?required=${required} aria-invalid=${invalid}>
      ${required && (f.choices?.length ?? 0) === 1 ? nothing : html`<option value=""></option>`}
      ${(f.choices ?? []).map((c) => html`<option value=${c.id} ?selected=${f.value === c.id}>${c.label}</option>`)}
    </select>`;
  if (f.kind === 'long')
    return html`<textarea name=${f.name} rows="3" maxlength=${f.max ?? 1000} ?required=${required} aria-invalid=${invalid} .value=${f.value ?? ''}></textarea>`;
  const type = types[f.kind as keyof typeof types];
  const list = f.from ? `list-${f.name}` : nothing;
  return html`<input
      name=${f.name}
      type=${type}
      maxlength=${f.max ?? 200}
      min=${f.least ?? nothing}
      max=${f.most ?? nothing}
      list=${list}
      .value=${f.value ?? ''}
      ?required=${required}
      aria-invalid=${invalid}
      autocomplete="off"
    />${f.from ? html`<datalist id="list-${f.name}">${f.from.map((x) => html`<option value=${x}></option>`)}</datalist>` : nothing}`;
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
