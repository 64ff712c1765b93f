// What the double's bot says. Short, in two languages, one of each kind of card.
const zh = {
  hello: '您好，我是示例银行的AI助手。想先看账单，还是先说说情况？',
  menu: [['balance', '看账单'], ['plans', '看看方案'], ['human', '人工']],
  identity: '账户信息要先在钱包里确认是您本人，才能在这里显示。',
  step: '去确认',
  balance: '多出的3.71是逾期9天的利息（824.00 × 0.05% × 9），每多一天约多0.41。',
  card: { title: '到今天为止', rows: ['本金', '利息', '逾期利息', '合计', '到期日'], due: '11月12日' },
  pay: [['pay_now', '现在还款'], ['plans', '看看方案'], ['dispute', '这金额不对'], ['human', '人工']],
  plans: '可以分4期或6期，总额不变。也可以先不定。',
  planCard: { title: '分期方案', columns: ['期数', '每期', '第一期', '合计'], labels: ['分4期', '分6期'], first: '11月28日', note: '不急，随时可以回来再定。' },
  other: [['human', '人工'], ['not_now', '先不定']],
  confirm: '分4期：206.93×3+206.92，第一期11月28日，总额827.71。还没生效，确认后才提交。也可以先不定。',
  confirmCard: { title: '确认分期方案', row: '分期', total: '合计', extra: '比今天还清多付', dates: ['11月28日', '12月28日', '1月28日', '2月28日'], notes: ['按约还款期间，不会再催。', '确认前不会生效；确认后72小时内可以取消。', '条款保留到11月22日10:03。'] },
  yes: [['confirm', '确认'], ['change', '换一个'], ['not_now', '先不定'], ['human', '人工']],
  submitted: '已经提交给贷款方，还没生效。有结果会在这里告诉您。',
  receipt: { title: '收据', rows: [['收据号', 'R-8841'], ['金额', '206.93'], ['下一期', '12月28日']] },
  budget: '愿意的话，可以填一下每月的收支，都不是必填。',
  budgetCard: { title: '每月收支（可不填）', rows: ['到手收入', '必要支出', '其他欠款', '其他'] },
  budgetMenu: [['budget', '就按这个算'], ['not_now', '先不填'], ['human', '人工']],
  thanks: '记下了，谢谢。',
  queued: '正在请专员来，约6分钟。您可以继续写，专员会看到。',
  joined: '专员小周加入了对话',
  agent: '我是专员小周（人工），刚看完前面的内容。',
  eta: '约6分钟',
  unclear: '我没看懂。要看账单、方案，还是找人工？',
  language: '好的，换成简体中文。',
  day: '11月21日',
};

const en = {
  hello: "Hello, I'm the AI assistant of Example Bank. Would you like your bill first, or to tell us what's going on?",
  menu: [['balance', 'Show my bill'], ['plans', 'See options'], ['human', 'A person']],
  identity: 'Please confirm in the wallet that it is you before account details are shown here.',
  step: 'Confirm in wallet',
  balance: 'The extra 3.71 is late interest for 9 days (824.00 × 0.05% × 9). Each further day adds about 0.41.',
  card: { title: 'As of today', rows: ['Principal', 'Interest', 'Late interest', 'Total', 'Due date'], due: '12 Nov' },
  pay: [['pay_now', 'Pay now'], ['plans', 'See options'], ['dispute', 'This is not right'], ['human', 'A person']],
  plans: 'You can split it into 4 or 6. The total stays the same, and you can decide later.',
  planCard: { title: 'Ways to split it', columns: ['Instalments', 'Each', 'First', 'Total'], labels: ['In 4', 'In 6'], first: '28 Nov', note: 'No hurry. You can come back to this.' },
  other: [['human', 'A person'], ['not_now', 'Not now']],
  confirm: '4 instalments: 206.93×3+206.92, first on 28 Nov, 827.71 in all. Not yet in force; it is submitted when you confirm.',
  confirmCard: { title: 'Please confirm', row: 'Instalment', total: 'Total', extra: 'More than paying today', dates: ['28 Nov', '28 Dec', '28 Jan', '28 Feb'], notes: ['No reminders while you keep to it.', 'Nothing is in force before you confirm; you can cancel for 72 hours after.', 'These terms are kept until 22 Nov, 10:03.'] },
  yes: [['confirm', 'Confirm'], ['change', 'Change'], ['not_now', 'Not now'], ['human', 'A person']],
  submitted: 'Sent to the lender; not yet in force. The answer will come here.',
  receipt: { title: 'Receipt', rows: [['Receipt', 'R-8841'], ['Amount', '206.93'], ['Next', '28 Dec']] },
  budget: 'If you like, fill in a month. No field is required.',
  budgetCard: { title: 'A month, if you like', rows: ['Income', 'Essentials', 'Other debts', 'Anything else'] },
  budgetMenu: [['budget', 'Use this'], ['not_now', 'Not now'], ['human', 'A person']],
  thanks: 'Noted, thank you.',
  queued: 'Getting a person: about 6 minutes. You can keep writing; they will see it.',
  joined: 'Zhou has joined',
  agent: 'Zhou here, a person. I have just read the above.',
  eta: 'about 6 minutes',
  unclear: "I didn't get that. Your bill, some options, or a person?",
  language: 'English it is.',
  day: '21 Nov',
};

const of = (locale) => (locale?.startsWith('zh') ? zh : en);
const buttons = (list, card) => list.map(([id, label]) => ({ id, label, ...(card && id === 'confirm' ? { card } : {}) }));

const say = {
  hello: (w) => ({ text: w.hello, options: buttons(w.menu) }),
  identity: (w) => ({ text: w.identity, options: buttons([['step_up', w.step], ['human', w.menu[2][1]]]) }),
  balance: (w) => ({
    level: 2,
    text: w.balance,
    card: {
      kind: 'balance', title: w.card.title,
      rows: [
        { label: w.card.rows[0], cells: ['800.00'] }, { label: w.card.rows[1], cells: ['24.00'] },
        { label: w.card.rows[2], cells: ['3.71', '824.00 × 0.05% × 9'] },
        { label: w.card.rows[3], cells: ['¥827.71'], strong: true }, { label: w.card.rows[4], cells: [w.card.due] },
      ],
    },
    options: buttons(w.pay),
  }),
  plans: (w) => ({
    level: 2,
    text: w.plans,
    card: {
      kind: 'plans', title: w.planCard.title, columns: w.planCard.columns,
      rows: [
        { label: w.planCard.labels[0], cells: ['4', '206.93', w.planCard.first, '827.71'], option: 'plan:4' },
        { label: w.planCard.labels[1], cells: ['6', '137.95', w.planCard.first, '827.71'], option: 'plan:6' },
      ],
      notes: [w.planCard.note],
    },
    options: buttons([['plan:4', `${w.planCard.labels[0]} 206.93`], ['plan:6', `${w.planCard.labels[1]} 137.95`], ...w.other]),
  }),
  confirm: (w, ctx) => ({
    level: 2,
    text: w.confirm,
    card: {
      kind: 'confirm', id: 'q-1', title: w.confirmCard.title, read_seconds: ctx.readSeconds, expires: ctx.expires,
      rows: [
        ...w.confirmCard.dates.map((d, i) => ({ label: w.confirmCard.row, cells: [String(i + 1), d, i < 3 ? '206.93' : '206.92'] })),
        { label: w.confirmCard.total, cells: ['827.71'], strong: true }, { label: w.confirmCard.extra, cells: ['0.00'] },
      ],
      notes: w.confirmCard.notes,
    },
    options: buttons(w.yes, 'q-1'),
  }),
  submitted: (w) => ({ level: 2, text: w.submitted, options: buttons([['human', w.menu[2][1]]]) }),
  receipt: (w) => ({ level: 2, text: w.thanks, card: { kind: 'receipt', title: w.receipt.title, rows: w.receipt.rows.map(([label, v]) => ({ label, cells: [v] })) } }),
  budget: (w) => ({ level: 2, text: w.budget, card: { kind: 'budget', title: w.budgetCard.title, rows: w.budgetCard.rows.map((label) => ({ label, cells: null })) }, options: buttons(w.budgetMenu) }),
  thanks: (w) => ({ text: w.thanks, options: buttons(w.menu) }),
  unclear: (w) => ({ text: w.unclear, options: buttons(w.menu) }),
  language: (w) => ({ text: w.language, options: buttons(w.menu) }),
  queued: (w) => ({ text: w.queued }),
  joined: (w) => ({ speaker: 'system', text: w.joined }),
  agent: (w) => ({ speaker: 'human', name: w === zh ? '小周' : 'Zhou', text: w.agent }),
};

/** The message of a kind in a locale. */
export const line = (kind, locale, ctx = {}) => say[kind](of(locale), ctx);
export const eta = (locale) => of(locale).eta;
export const day = (locale) => of(locale).day;

/** What a text or a tap is answered with. */
export function answerTo(frame) {
  const said = frame.t === 'tap' ? frame.option : frame.text;
  const table = [
    [/^language:/, 'language'], [/^human$|人工|person/i, 'human'], [/^balance$|欠多少|账单|bill/i, 'balance'],
    [/^plans$|方案|options/i, 'plans'], [/^plan:/, 'confirm'], [/^confirm$/, 'submitted'], [/^budget$/, 'thanks'],
    [/收支|budget/i, 'budget'], [/receipt|收据/, 'receipt'], [/^(hi|hello|你好|您好)/i, 'hello'],
  ];
  return table.find(([re]) => re.test(said))?.[1] ?? 'unclear';
}
