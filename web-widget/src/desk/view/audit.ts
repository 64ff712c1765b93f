import { html, type TemplateResult } from 'lit';
import type { Desk } from '../app';
import type { Model } from '../model';
import { none, when } from './bits';
import { link, sheet } from './board';

const kinds = [
  'signin', 'signin_failed', 'look', 'search', 'reveal', 'claim', 'say', 'note', 'hold', 'unhold', 'grant', 'offer', 'request',
  'approve', 'refuse', 'release', 'transfer', 'close', 'snooze', 'decline', 'lost', 'case', 'pay_link', 'step_up', 'file', 'file_expired', 'review', 'rating',
  'export', 'redact', 'erase', 'legal_hold', 'setting', 'account', 'password', 'status', 'signout', 'signout_all', 'page', 'page_acknowledged',
];

// Line numbers and the ids of requests are for machines: a reader gets the line.
const detail = (m: Model, text: string | undefined): string =>
  (text ?? '').replace(/\bseq (\d+)/g, (_, n: string) => m.words.say('n_line', { n })).replace(/ r[0-9a-f]{10}-\S+/g, '');

/** Who did what, and how long things are kept. */
export function audit(desk: Desk): TemplateResult {
  const { model } = desk;
  const { words } = model;
  const a = model.audit;
  const submit = (e: SubmitEvent): void => {
    e.preventDefault();
    const data = new FormData(e.target as HTMLFormElement);
    for (const k of ['chat', 'who', 'kind'] as const) a[k] = String(data.get(k) ?? '').trim();
    void desk.loadAudit(false);
  };
  return html`<main class="page">
    <h1>${words.say('place_audit')}</h1>
    <p class="hint">${words.say('audit_intro')}</p>
    <form class="filter-line" @submit=${submit}>
      <label><span>${words.say('who')}</span><input name="who" maxlength="40" autocomplete="off" .value=${a.who} /></label>
      <label><span>${words.say('chat')}</span><input name="chat" maxlength="80" autocomplete="off" .value=${a.chat} /></label>
      <label
        ><span>${words.say('what')}</span
        ><select name="kind">
          <option value="">${words.say('any')}</option>
          ${kinds.map((k) => html`<option value=${k} ?selected=${k === a.kind}>${words.say(`audit_${k}`)}</option>`)}
        </select></label
      >
      <button class="btn first" type="submit">${words.say('show')}</button>
    </form>
    ${sheet(
      words.say('audit_list'),
      [words.say('when'), words.say('who'), words.say('what'), words.say('chat'), words.say('detail')],
      a.entries.map((x) => [
        when(model, x.at),
        x.who_name || x.who,
        words.say(`audit_${x.kind}`) || x.kind,
        x.chat ? link(desk, x.chat, model.rows.get(x.chat)?.name ?? x.chat.slice(0, 10)) : '',
        detail(model, x.detail),
      ]),
      words.say('none'),
    )}
    ${a.next ? html`<button class="btn" type="button" @click=${() => void desk.loadAudit(true)}>${words.say('more')}</button>` : ''}
    <section class="sheet">
      <h2>${words.say('retention')}</h2>
      ${a.retention.length
        ? html`<table><tbody>${a.retention.map((r) => html`<tr><th scope="row">${r.label}</th><td>${r.days ? words.say('n_days', { n: r.days }) : words.say('retention_lender')}</td></tr>`)}</tbody></table>`
        : none(words.say('none'))}
    </section>
  </main>`;
}
