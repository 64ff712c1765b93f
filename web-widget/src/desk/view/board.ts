import { html, nothing, type TemplateResult } from 'lit';
import type { Desk } from '../app';
import { may, type Model } from '../model';
import { span } from '../time';
import type { Board, Series } from '../types';
import { act, clock, none, when } from './bits';
import { chart } from './chart';

/** The supervisor's page. */
export function board(desk: Desk): TemplateResult {
  const { model } = desk;
  const { words } = model;
  const { board: b, series } = model.board;
  return html`<main class="page board">
    <h1>${words.say('place_board')}</h1>
    ${b
      ? html`${figures(model, b)}
          ${series ? charts(desk, series) : nothing}
          <div class="grid">
            ${queues(model, b)} ${agents(model, b)} ${counted(words.say('handoffs_by_reason'), (b.handoffs ?? []).map((h) => [h.label, h.n]), model)}
            ${counted(words.say('outcomes'), (b.outcomes ?? []).map((o) => [o.label, o.n]), model)}
            ${counted(words.say('ratings'), (b.ratings ?? []).map((r) => [words.say('n_stars', { n: r.stars }), r.n]), model)} ${complaints(desk, b)}
          </div>
          ${missed(desk)} ${blocked(desk)}`
      : html`<p class="none">${words.say('loading')}</p>`}
  </main>`;
}

function figures(m: Model, b: Board): TemplateResult {
  const { words } = m;
  const promise = (k: 'first' | 'next'): string => {
    const s = b.sla?.[k];
    const all = (s?.met ?? 0) + (s?.missed ?? 0);
    return all ? `${Math.round((100 * (s?.met ?? 0)) / all)}%` : '–';
  };
  const list: [string, string, boolean][] = [
    ['fig_waiting', String(b.live.waiting), false],
    ['fig_oldest', b.live.waiting ? span(b.live.oldest_waiting_s, words) : '–', false],
    ['fig_with', String(b.live.with_agents), false],
    ['fig_p0', String(b.live.p0), b.live.p0 > 0],
    ['fig_first', promise('first'), false],
    ['fig_next', promise('next'), false],
    ['fig_missed', String(b.missed), b.missed > 0],
    ['fig_blocked', String(b.blocked), false],
    ['fig_requests', String(b.requests), b.requests > 0],
  ];
  return html`<dl class="figures">
    ${list.map(([k, v, care]) => html`<div class=${care ? 'care' : ''}><dt>${words.say(k)}</dt><dd>${v}</dd></div>`)}
  </dl>`;
}

function charts(desk: Desk, s: Series): TemplateResult {
  const { model } = desk;
  const { words } = model;
  const pick = (e: Event): void => {
    model.board.hours = Number((e.target as HTMLSelectElement).value);
    desk.refresh();
  };
  const minutes = (v: (number | null)[] | null): (number | null)[] => (v ?? []).map((x) => (x === null ? null : x / 60));
  return html`<label class="range"
      ><span>${words.say('range')}</span
      ><select data-act="range" @change=${pick}>
        ${[24, 72, 168].map((h) => html`<option value=${h} ?selected=${h === model.board.hours}>${words.say('n_hours', { n: h })}</option>`)}
      </select></label
    >
    <div class="charts">
      ${chart(words.say('chart_flow'), s.t ?? [], [
        { label: words.say('handoffs'), token: '--chart-1', values: s.handoffs ?? [] },
        { label: words.say('claimed'), token: '--chart-2', values: s.claimed ?? [] },
        { label: words.say('abandoned'), token: '--chart-3', values: s.abandoned ?? [] },
      ], words, model.me?.zone)}
      ${chart(words.say('chart_wait'), s.t ?? [], [
        { label: words.say('first_min'), token: '--chart-1', values: minutes(s.first_response_s) },
        { label: words.say('handle_min'), token: '--chart-2', values: minutes(s.handle_s) },
      ], words, model.me?.zone)}
      ${chart(words.say('fig_waiting'), s.t ?? [], [{ label: words.say('fig_waiting'), token: '--chart-1', values: s.waiting ?? [] }], words, model.me?.zone)}
    </div>`;
}

/** A titled table, with what can be done to the whole of it beside the title. */
export function sheet(title: string, heads: string[], rows: unknown[][], empty: string, extra: unknown = nothing): TemplateResult {
  return html`<section class="sheet">
    <header><h2>${title}</h2>${extra}</header>
    ${rows.length
      ? html`<div class="scroll" tabindex="0" role="region" aria-label=${title}>
          <table>
            <thead>
              <tr>${heads.map((h) => html`<th scope="col">${h}</th>`)}</tr>
            </thead>
            <tbody>
              ${rows.map((r) => html`<tr>${r.map((c) => html`<td>${c}</td>`)}</tr>`)}
            </tbody>
          </table>
        </div>`
      : none(empty)}
  </section>`;
}

function queues(m: Model, b: Board): TemplateResult {
  const { words } = m;
  return sheet(
    words.say('live_queue'),
    [words.say('queue'), words.say('fig_waiting'), words.say('fig_oldest'), words.say('eta')],
    (b.live.by_queue ?? []).map((q) => [q.label, q.waiting, q.waiting ? span(q.oldest_s, words) : '–', q.eta_s ? span(q.eta_s, words) : '–']),
    words.say('none'),
  );
}

function agents(m: Model, b: Board): TemplateResult {
  const { words } = m;
  return sheet(
    words.say('agents'),
    [words.say('name'), words.say('availability'), words.say('load'), words.say('today'), words.say('handle')],
    (b.agents ?? []).map((a) => [
      a.name,
      html`<span class="status-word ${a.status}">${words.say(`status_${a.status}`)}</span>`,
      `${a.load}/${a.cap}`,
      a.handled_today,
      a.avg_handle_s ? span(a.avg_handle_s, words) : '–',
    ]),
    words.say('none'),
  );
}

function counted(title: string, list: [string, number][], m: Model): TemplateResult {
  const most = Math.max(1, ...list.map(([, n]) => n));
  return html`<section class="sheet">
    <h2>${title}</h2>
    ${list.length
      ? html`<ul class="bars">
          ${list.map(([label, n]) => html`<li><span>${label}</span><meter min="0" max=${most} value=${n} aria-label=${label}></meter><b>${n}</b></li>`)}
        </ul>`
      : none(m.words.say('none'))}
  </section>`;
}

function complaints(desk: Desk, b: Board): TemplateResult {
  const { model } = desk;
  const { words } = model;
  return sheet(
    words.say('complaint_clocks'),
    [words.say('name'), words.say('ticket'), words.say('opened'), words.say('due')],
    (b.complaints ?? []).map((c) => [link(desk, c.chat, c.name), c.ticket, when(model, c.opened), clock(model, c.due, c.state)]),
    words.say('none'),
  );
}

export function link(desk: Desk, chat: string, name: string): TemplateResult {
  return html`<button class="tiny" type="button" @click=${() => desk.openChat(chat)}>${name || chat}</button>`;
}

function missed(desk: Desk): TemplateResult | typeof nothing {
  const { model } = desk;
  if (!may(model, 'missed')) return nothing;
  const { words } = model;
  const review = (id: string): void =>
    desk.ask({
      title: words.say('review'),
      submit: words.say('review'),
      fields: [{ name: 'note', label: words.say('note'), kind: 'long', required: true, max: 500 }],
      run: async (v) => {
        await desk.api.post(`/board/missed/${id}/review`, { note: v['note'] });
        desk.refresh();
      },
    });
  return sheet(
    words.say('missed_handoffs'),
    [words.say('name'), words.say('reason'), words.say('when'), words.say('what'), words.say('waited'), words.say('review')],
    model.board.missed.map((x) => [
      link(desk, x.chat, x.name),
      x.reason_label,
      when(model, x.queued_at),
      words.say(`missed_${x.why}`),
      span(x.waited_s, words),
      x.reviewed ? `${x.reviewed.by}: ${x.reviewed.note}` : act(model, words.say('review'), () => review(x.id), '', 'review'),
    ]),
    words.say('none'),
  );
}

function blocked(desk: Desk): TemplateResult | typeof nothing {
  const { model } = desk;
  if (!may(model, 'missed')) return nothing;
  const { words } = model;
  return sheet(
    words.say('blocked_drafts'),
    [words.say('when'), words.say('name'), words.say('rule'), words.say('text'), words.say('what')],
    model.board.blocked.map((x) => [
      when(model, x.at),
      x.agent_name,
      (x.rules ?? []).join(', '),
      x.text,
      html`${words.say(x.overridden ? 'overridden' : `finding_${x.severity}`)} ${link(desk, x.chat, words.say('open'))}`,
    ]),
    words.say('none'),
  );
}
