// The demo page's own words. It stands for somebody else's wallet app, so they
// are no part of what Warmline says to people.

const names = [
  'about', 'who', 'day', 'next_day', 'next_week', 'payment', 'amount', 'post', 'hello', 'balance', 'credit',
  'message', 'pin_title', 'pin_body', 'pin_hint', 'pin_wrong', 'pin_ok', 'cancel', 'controls', 'close', 'failed',
] as const;

export type DemoWords = Record<(typeof names)[number], string>;

const table: Record<string, readonly string[]> = {
  'zh-Hans': [
    '这是演示用的钱包。选一个人，打开右下角的聊天，试着说说情况。', '演示用户', '日期', '过一天', '过一周', '入账', '金额', '记一笔还款', '您好', '钱包余额', '月光分期',
    '服务消息', '输入钱包密码', '查看账户信息前，请先确认是您本人。', '演示密码：1234', '密码不对，请再试一次', '确认', '取消', '演示设置', '关闭', '没有成功，请再试一次',
  ],
  'zh-Hant-TW': [
    '這是示範用的錢包。選一位使用者，打開右下角的聊天，說說您的狀況。', '示範使用者', '日期', '過一天', '過一週', '入帳', '金額', '記一筆還款', '您好', '錢包餘額', '月光分期',
    '服務訊息', '輸入錢包密碼', '查看帳戶資料前，請先確認是您本人。', '示範密碼：1234', '密碼不正確，請再試一次', '確認', '取消', '示範設定', '關閉', '沒有成功，請再試一次',
  ],
  'zh-Hant-HK': [
    '這是示範用的錢包。選擇一位用戶，開啟右下角的對話，說說您的情況。', '示範用戶', '日期', '過一日', '過一星期', '過數', '金額', '記錄一筆還款', '您好', '錢包結餘', '月光分期',
    '服務訊息', '輸入錢包密碼', '查看戶口資料前，請先確認是您本人。', '示範密碼：1234', '密碼不正確，請再試一次', '確認', '取消', '示範設定', '關閉', '未能完成，請再試一次',
  ],
  'en-GB': [
    'A wallet for demonstration. Choose somebody, open the chat at the bottom right, and say what is going on.', 'Demo borrowers', 'Date', 'Next day', 'Next week', 'Payment', 'Amount', 'Post a payment', 'Hello', 'Wallet balance', 'Moonlight Pay Later',
    'Service messages', 'Enter your wallet PIN', 'Before account details are shown, please confirm that it is you.', 'Demo PIN: 1234', 'That PIN is not right. Please try again.', 'Confirm', 'Cancel', 'Demo controls', 'Close', 'That did not work. Please try again.',
  ],
};

/** The demo's words in a borrower's language. */
export function demoWords(locale: string): DemoWords {
  const words = table[locale] ?? table[locale.startsWith('zh') ? 'zh-Hans' : 'en-GB'] ?? [];
  return Object.fromEntries(names.map((name, i) => [name, words[i] ?? ''])) as DemoWords;
}
