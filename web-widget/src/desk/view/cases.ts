import { html, nothing, type TemplateResult } from 'lit';
import type { Desk } from '../app';
import * as forms from '../forms';
import { may } from '../model';
import type { Room } from '../room';
import type { Context } from '../types';
import { act, clock, language, none, part, when } from './bits';

/** Open cases with their clocks, what was disclosed, and what came before. */
export function cases(desk: Desk, room: Room, c: Context): TemplateResult {
  const { model } = desk;
  const { words } = model;
  const can = room.chat?.may['case'] ?? false;
  return html`${part(
    words.say('cases'),
    html`<ul class="sourced">
        ${(c.cases ?? []).map(
          (k) => html`<li data-case=${k.kind}>
            <p><b>${k.label}</b> ${clock(model, k.due, k.state)}</p>
            <small>${k.ticket} · ${when(model, k.opened)}</small>
            ${can ? act(model, words.say('case_resolve'), () => forms.resolveCase(desk, room, k), 'quiet', 'case-resolve') : nothing}
          </li>`,
        )}
      </ul>
      ${c.cases?.length ? nothing : none(words.say('cases_none'))}
      ${can ? act(model, words.say('case_open'), () => forms.openCase(desk, room), '', 'case') : nothing}`,
  )}
  ${c.calls?.length ? part(words.say('calls'), html`<ul class="plain">${c.calls.map((k) => html`<li>${k.label} · ${when(model, k.at)}</li>`)}</ul>`) : nothing}
  ${part(
    words.say('disclosures'),
    c.disclosures?.length
      ? html`<ul class="sourced">${c.disclosures.map((d) => html`<li><p>${words.say(`disclosed_${d.text.replace(/[^a-z0-9]/g, '_')}`) || d.text}</p><small>${language(model, d.locale)} · ${when(model, d.at)}</small></li>`)}</ul>`
      : none(words.say('none')),
  )}
  ${part(
    words.say('earlier_chats'),
    c.earlier?.length
      ? html`<ul class="sourced">
          ${c.earlier.map(
            (e) => html`<li>
              <p>${[e.outcome_label, e.agent_name].filter(Boolean).join(' · ')}</p>
              <small>${when(model, e.from)}</small> <button class="tiny" type="button" @click=${() => void room.goto(e.first_seq)}>${words.say('show')}</button>
            </li>`,
          )}
        </ul>`
      : none(words.say('none')),
  )}
  ${may(model, 'legal_hold') ? part(words.say('evidence_part'), evidence(desk, room)) : nothing}`;
}

function evidence(desk: Desk, room: Room): TemplateResult {
  const { model } = desk;
  const { words } = model;
  const reason = { name: 'reason', label: words.say('reason'), kind: 'text', required: true, max: 200 } as const;
  const legal = (on: boolean): void =>
    desk.ask({
      title: words.say(on ? 'legal_on' : 'legal_off'),
      submit: words.say(on ? 'legal_on' : 'legal_off'),
      fields: [reason],
      run: (v) => desk.api.post(`${room.path}/legal-hold`, { on, reason: v['reason'] }),
    });
  const erase = (): void =>
    desk.ask({
      title: words.say('erase'),
      intro: words.say('erase_intro'),
      submit: words.say('erase'),
      careful: true,
      fields: [reason],
      run: (v) => desk.api.post(`${room.path}/erase`, { reason: v['reason'] }),
    });
  return html`<div class="row-acts">
    ${act(model, words.say('legal_on'), () => legal(true))} ${act(model, words.say('legal_off'), () => legal(false))} ${act(model, words.say('erase'), erase, 'careful')}
  </div>`;
}
