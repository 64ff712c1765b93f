import { html, nothing, type TemplateResult } from 'lit';
import type { Card, Message } from '../protocol';
import type { View } from './view';

// The form's rows come in this order; the words on them are the server's.
const fields = ['income', 'essential', 'debts', 'other'];

/** The optional budget: every field may stay empty, and is sent as it was typed. */
export function budgetForm(m: Message, c: Card, view: View): TemplateResult {
  const option = (m.options ?? []).find((o) => o.id === 'budget');
  const dead = m.seq !== view.live || view.tapped !== '';
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (dead || !option) return;
    view.choose(m, option, filled(new FormData(event.target as HTMLFormElement)));
  };
  return html`<form class="form" autocomplete="off" @submit=${submit}>
    ${(c.rows ?? []).slice(0, fields.length).map(
      (r, i) =>
        html`<label
          ><span>${r.label}</span
          ><input name=${fields[i] ?? ''} inputmode="decimal" maxlength="40" ?disabled=${dead} />
        </label>`,
    )}
    ${option
      ? html`<button class="button ${dead ? '' : 'first'}" type="submit" aria-disabled=${dead ? 'true' : 'false'} data-option="budget">
          ${option.label}
        </button>`
      : nothing}
  </form>`;
}

function filled(data: FormData): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of data) if (typeof value === 'string' && value.trim()) out[name] = value.trim();
  return out;
}
