// The people, chats and figures of the desk's double. All invented.

export const today = '11月22日 星期日';
const minute = 60_000;
const ago = (min) => new Date(Date.now() - min * minute).toISOString();
const ahead = (min) => ago(-min);

const rights = {
  agent: ['claim', 'say', 'hold', 'grant', 'reveal'],
  supervisor: ['claim', 'say', 'hold', 'grant', 'reveal', 'approve', 'board', 'takeover', 'missed', 'export', 'roster'],
  compliance: ['board', 'audit', 'export', 'erase', 'legal_hold', 'reveal'],
  admin: ['accounts', 'settings', 'roster', 'board'],
};

export const people = () =>
  [
    ['zhou', '小周', 'agent'], ['wong', '王', 'agent'], ['lin', '林', 'supervisor'], ['he', '何', 'compliance'], ['admin', '管理员', 'admin'],
  ].map(([id, name, role]) => ({
    id, name, display: name, role, skills: ['hardship', 'disputes'], teams: ['general'], languages: ['zh-Hans'], cap: 5, status: 'available', load: 0,
    must_change: false, demo: true, unreviewed: [], idle_minutes: 30, rights: rights[role], settings: { language: 'zh', theme: 'auto', sound: true },
  }));

export const queues = [
  { id: 'general', label: '一般' }, { id: 'hardship', label: '困难' }, { id: 'disputes', label: '异议' }, { id: 'complaints', label: '投诉' }, { id: 'crisis', label: '紧急' },
];
export const outcomes = [
  { code: 'arranged', label: '已约定安排' }, { code: 'answered', label: '已解答' }, { code: 'case_opened', label: '已立案' }, { code: 'no_answer', label: '对方没有再回复' },
];
export const suggestions = [
  { id: 's1', label: '先听完，再说办法', text: '谢谢您告诉我这些。我先把情况看一遍，再跟您说有哪些办法。', why: '对方说了难处' },
  { id: 's2', label: '说明不影响', text: '商量期间，不会再催您。', why: '困难保护生效中' },
];
const canned = [
  { id: 'greet', group: 'greet', group_label: '开场', label: '问候', text: '您好，我是小周，前面的内容我都看过了。', crisis: false },
  { id: 'wait', group: 'greet', group_label: '开场', label: '请稍等', text: '我核对一下，两三分钟内回您。', crisis: false },
  { id: 'hardship', group: 'hardship', group_label: '困难', label: '困难说明', text: '遇到这样的情况不容易。我们可以先停一停，再看怎么安排。', crisis: false },
  { id: 'safe', group: 'crisis', group_label: '紧急', label: '先确认安全', text: '您现在安全吗？欠款的事可以先放下。', crisis: true },
];

const row = (i, o = {}) => ({
  chat: `c${i}`, name: ['林*', '陈*', '黄*', 'A***', '赵*', '孙*'][i % 6], masked: true, owner: 'queue', agent: '', agent_name: '', epoch: 3, revision: 9, seq: 6,
  queue: 'hardship', queue_label: '困难', priority: 2, reason: 'requested', reason_label: '要求人工', language: 'zh-Hans', channel: 'web', holds: [],
  waiting_since: ago(3 + i * 2), last_in: ago(1 + i), unanswered: true, unread: 0, preview: { speaker: 'borrower', text: '我想跟人说说这个情况，最近收入少了很多' },
  sla: { kind: 'first', due: ahead(5 - i), state: i > 4 ? 'breach' : i > 2 ? 'warning' : 'ok' }, position: i, ...o,
});

const line = (seq, speaker, text, more = {}) => ({ seq, id: `m${seq}`, speaker, at: ago(30 - seq), day: seq < 3 ? '11月21日 星期六' : today, time: `14:${String(seq).padStart(2, '0')}`, text, channel: 'web', ...more });

const talk = (locked) => [
  line(1, 'bot', '您好，我是钱包的智能助手。这里可以查账单、看办法，也可以随时找人工。', { why: true, options: [{ id: 'a', label: '看看情况' }, { id: 'b', label: '人工' }] }),
  line(2, 'borrower', '上个月公司裁员了，这一期可能还不上，想问问能不能缓一缓'),
  locked ? line(3, 'bot', '', { why: true, hidden: true }) : line(3, 'bot', '谢谢您告诉我。收入变少的时候，可以把到期日往后放，或者分成几次还。这一期的情况如下。', {
    why: true,
    card: { kind: 'balance', title: '账单', rows: [{ label: '本金', cells: ['¥380.00'] }, { label: '逾期利息', cells: ['¥2.10', '9天'] }, { label: '合计', cells: ['¥382.10'], strong: true }] },
  }),
  line(4, 'borrower', '卡号给你们，我的卡号是 •••• •••• •••• 7890，看看扣款为什么失败', { masked: [{ from: 6, to: 25, kind: 'card', reason: '卡号' }] }),
  line(5, 'borrower', '我还是想跟真人聊'),
  line(6, 'system', '已请专员，前面还有1位', { event: 'handoff.queued' }),
];

export const hold = (kind, reason) => ({ kind, label: kind === 'crisis' ? '人身安全' : kind === 'hardship' ? '困难' : '异议', reason, start: ago(60), by: 'bot', by_name: '机器人', two_people: kind === 'crisis' });

export function chats() {
  const list = [];
  for (let i = 1; i <= 9; i++) list.push({ row: row(i), messages: talk(i % 2 === 0), locked: i % 2 === 0, holds: i === 1 ? [hold('hardship', '刚失业')] : [] });
  list[0].row = { ...list[0].row, name: '林悦', masked: false, priority: 1, mentioned: true };
  list[4].row = { ...list[4].row, owner: 'agent', agent: 'wong', agent_name: '王', unread: 2 };
  list[5].row = { ...list[5].row, owner: 'bot', reason: '', reason_label: '', queue: 'general', queue_label: '一般', sla: { kind: 'none', state: 'ok' } };
  list[6].row = { ...list[6].row, queue: 'crisis', queue_label: '紧急', priority: 0, reason: 'crisis', reason_label: '可能有危险', name: '赵*' };
  list[6].holds = [hold('crisis', '说到不想活了')];
  return list;
}

export const offers = [
  {
    option: 'plan:4', kind: 'plan', label: '分4期，每期¥95.53', total: '¥382.12', extra_cost: '¥0.02', apr: '0%', text: '第一期12月1日', rules: ['PLAN-01', 'HARD-03'],
    rows: [{ n: 1, due: '12月1日', amount: '¥95.53' }, { n: 2, due: '1月1日', amount: '¥95.53' }, { n: 3, due: '2月1日', amount: '¥95.53' }, { n: 4, due: '3月1日', amount: '¥95.53' }],
    also_due: [{ due: '12月10日', amount: '¥210.00' }],
  },
  { option: 'defer:14', kind: 'deferral', label: '延到12月6日', total: '¥382.10', extra_cost: '¥0.00', rows: [], also_due: [], rules: ['DEF-02'], text: '' },
];

export function context(c) {
  const open = {
    facts: [
      { key: 'due', label: '到期金额', text: '¥382.10', source: '放款机构', at: ago(4) },
      { key: 'late', label: '逾期', text: '9天', source: '放款机构', at: ago(4) },
      { key: 'debit', label: '自动扣款', text: '11月13日失败：余额不足', source: '放款机构', at: ago(4) },
    ],
    accounts: [
      {
        ref: '••8831', product: '月光分期', label: '月光分期', due: { label: '现在到期', text: '¥382.10' },
        rows: [{ label: '本金', text: '¥380.00' }, { label: '逾期利息', text: '¥2.10' }, { label: '还没到期', text: '¥1,140.00' }],
        schedule: [{ due: '12月10日', amount: '¥380.00', label: '第5期' }, { due: '1月10日', amount: '¥380.00', label: '第6期' }],
      },
    ],
    arrangements: [], payments: [{ ref: '••21', amount: '¥380.00', at: ago(60 * 24 * 40), status: '已入账' }], offers,
    offered: [{ option: 'plan:3', label: '分3期', at: ago(12), seq: 3, state: 'refused' }],
  };
  return {
    locked: c.locked, level: c.locked ? 0 : 2, level_until: c.locked ? undefined : ahead(20), locale: 'zh-Hans', zone: 'Asia/Shanghai', zone_now: '11月22日 14:32', channel: 'web',
    packs: ['cn'], stale: false, identity: { borrower: 'b-1', name: c.row.name, phone: '138••••6621', channels: [{ channel: 'web', since: ago(90), level: c.locked ? 0 : 2, doubted: false }] },
    ...(c.locked ? {} : open), holds: c.holds, disclosures: [{ text: '由智能助手接待，可随时找人工', locale: 'zh-Hans', at: ago(29) }],
    stated: { reasons: [{ code: 'job_loss', label: '失去工作', seq: 2 }], needs: [{ label: '希望', text: '缓一个月', seq: 2 }] },
    recap: [], cases: c.row.chat === 'c1' ? [{ kind: 'dispute', label: '扣款异议', ref: 'd1', ticket: 'D-1042', opened: ago(600), due: ahead(60 * 30), state: 'ok' }] : [],
    calls: [], earlier: [{ from: ago(60 * 24 * 20), to: ago(60 * 24 * 20), queue: 'general', agent_name: '王', outcome: 'answered', outcome_label: '已解答', first_seq: 1, last_seq: 2 }],
    limits: [], authority: { role: 'agent', lines: ['延期最多14天', '减免最多¥50.00', '困难保护最多90天'] },
    hold_kinds: [{ kind: 'hardship', label: '困难' }, { kind: 'dispute', label: '异议' }, { kind: 'crisis', label: '人身安全' }],
    summary: [
      { text: '上个月失业，希望这一期缓一个月', source: { kind: 'message', seq: 2, label: '第2条' }, at: ago(28) },
      ...(c.locked ? [] : [{ text: '一期¥382.10逾期9天，自动扣款11月13日失败', source: { kind: 'lender', label: '放款机构' }, at: ago(4) }]),
      { text: '机器人提供过分3期，没有接受', source: { kind: 'message', seq: 3, label: '第3条' }, at: ago(12) },
    ],
    crisis: c.holds.some((h) => h.kind === 'crisis'), prefs: ['只在晚上7点后联系'],
  };
}

export const why = () => ({
  rules: [{ id: 'HARD-03', text: '说到失业的人，先给延期或分期，不催。', outcome: '适用' }, { id: 'GATE-01', text: '账户内容只在核实身份后显示。' }],
  rules_hash: '9f2c41d07be1aa53', act: 'options.offer', text_id: 'options.offer.v2', template: true, model: '', level: 2, class: 'account', at: ago(20), locale: 'zh-Hans',
});

/** Findings as the real check would word them, for a few words. */
export function check(text) {
  const find = (word, rule, severity, said) => {
    const from = text.indexOf(word);
    return from < 0 ? [] : [{ rule, family: 'conduct', severity, from, to: from + word.length, quote: word, text: said }];
  };
  return [...find('起诉', 'threat', 'hard', '不得以起诉、上门等相威胁。'), ...find('尽快', 'pressure', 'soft', '避免催促的说法。')];
}

const days = Array.from({ length: 24 }, (_, i) => Math.floor(Date.now() / 1000) - (24 - i) * 3600);
const wave = (a, b) => days.map((_, i) => Math.max(0, Math.round(a + b * Math.sin(i / 3))));

export const workplace = () => ({
  mode: 'pull', offer_seconds: 45, lost_seconds: 60, cap: 5, display: 'staff',
  teams: [
    { id: 'general', label: '客服一组', queues: [], hours: '09:00-21:00', days: 'mon-sun', zone: 'Asia/Shanghai', holidays: ['2027-01-01', '2027-02-06', '2027-02-07', '2027-02-08'] },
    { id: 'care', label: '关怀组', queues: ['crisis', 'hardship'], hours: 'always', days: 'mon-sun', zone: 'Asia/Shanghai', holidays: [] },
    { id: 'hk', label: '香港组', queues: ['disputes', 'complaints'], hours: '10:00-18:30', days: 'mon-fri', zone: 'Asia/Hong_Kong', holidays: [] },
  ],
  sla: [0, 1, 2, 3].map((p) => ({ priority: p, first_s: 60 * (p + 1), next_s: 120 * (p + 1), warn_s: 15 * (p + 1) })),
  on_call: ['lin', 'zhou'], slots: ['10:00', '14:00', '18:00'], known_queues: queues, known_people: [{ id: 'lin', label: '林' }, { id: 'zhou', label: '小周' }],
});

/** Answers that do not depend on one chat. */
export function pages(d, me) {
  const row = (c) => ({ chat: c.row.chat, name: c.row.name });
  const list = [...d.chats.values()];
  const none = () => undefined;
  return {
    'GET /me': () => d.me(me),
    'POST /logout': () => (d.sessions.clear(), {}),
    'PUT /me/status': (b) => ((me.status = b.status), d.me(me)),
    'PUT /me/settings': (b) => ((me.settings = b), d.me(me)),
    'GET /filters': () => [{ id: 'f1', name: '困难 P1', query: 'queue=hardship&priority=1', shared: true, owner: 'lin' }],
    'GET /canned': () => canned,
    'GET /requests': () => d.requests.filter((r) => r.state === 'open').map((r) => d.request(r, me)),
    'GET /chats': (_b, q) => ({ chats: d.rows().filter((r) => (q.get('view') === 'mine' ? r.agent === me.id : q.get('view') === 'waiting' ? r.owner === 'queue' : true)), counts: d.counts(me), now: new Date().toISOString() }),
    'GET /search': () => ({ hits: list.slice(0, 3).map((c) => ({ chat: c.row, seq: 2, at: ago(28), speaker: 'borrower', excerpt: [{ text: '上个月公司', hit: false }, { text: '裁员', hit: true }, { text: '了，这一期可能还不上', hit: false }] })), partial: false }),
    'GET /board': () => ({
      now: new Date().toISOString(), live: { waiting: 7, oldest_waiting_s: 1260, with_agents: 4, p0: d.pages.length, by_queue: queues.map((q, i) => ({ queue: q.id, label: q.label, waiting: 3 - (i % 3), oldest_s: 300 + i * 200, eta_s: 240 + i * 90 })) },
      agents: d.people.filter((p) => p.role === 'agent').map((p, i) => ({ id: p.id, name: p.name, role: p.role, status: p.status, load: 2 + i, cap: 5, handled_today: 11 + i, avg_handle_s: 420 })),
      sla: { first: { met: 41, missed: 3, warning: 1 }, next: { met: 120, missed: 4, warning: 2 } },
      handoffs: [{ reason: 'requested', label: '要求人工', n: 23 }, { reason: 'hardship', label: '困难', n: 14 }, { reason: 'dispute', label: '金额异议', n: 9 }, { reason: 'crisis', label: '可能有危险', n: 1 }],
      outcomes: [{ code: 'arranged', label: '已约定安排', n: 18 }, { code: 'answered', label: '已解答', n: 15 }], ratings: [{ stars: 5, n: 12 }, { stars: 4, n: 6 }, { stars: 2, n: 1 }],
      complaints: [{ ...row(list[1]), opened: ago(2000), due: ahead(700), state: 'ok', ticket: 'C-88' }, { ...row(list[3]), opened: ago(9000), due: ago(30), state: 'breach', ticket: 'C-79' }],
      missed: 2, blocked: 3, requests: d.requests.length,
    }),
    'GET /board/series': () => ({ t: days, handoffs: wave(8, 4), claimed: wave(7, 4), abandoned: wave(1, 1), first_response_s: wave(140, 70), handle_s: wave(420, 90), waiting: wave(5, 3) }),
    'GET /board/missed': () => [{ id: 'x1', ...row(list[2]), queue: 'general', reason_label: '要求人工', queued_at: ago(200), ended_at: ago(180), why: 'abandoned', waited_s: 1200 }],
    'GET /board/blocked': () => [{ id: 'b1', at: ago(50), ...row(list[0]), agent: 'wong', agent_name: '王', rules: ['threat'], severity: 'hard', overridden: false, text: '再不还就要起诉' }],
    'GET /audit': () => ({ entries: ['look', 'claim', 'reveal', 'say', 'hold', 'signin'].map((kind, i) => ({ id: `a${i}`, at: ago(i * 7), who: 'zhou', who_name: '小周', role: 'agent', kind, chat: kind === 'signin' ? '' : 'c1', detail: kind === 'reveal' ? '第4条：核对卡号' : '' })) }),
    'GET /retention': () => [{ class: 'transcript', label: '聊天记录', days: 1825 }, { class: 'files', label: '附件', days: 365 }],
    'GET /settings': () => d.workplace,
    'GET /accounts': () => d.people.map((p) => ({ ...p, disabled: false, last_seen: ago(3) })),
    'POST /logout-all': none,
  };
}
