// Stand-in words of the widget for the double. The real ones come from the catalogs.
const names =
  'title open close placeholder send connecting offline reconnecting sending failed retry delivered ai human you system ai_notice typing unread_one unread_many language menu human_button human_waiting step_up_title step_up_body step_up_button session_ended too_long rate_limited new_messages read_wait download theme jump_latest card_expired confirm_hint error more_options conversation copy'.split(
    ' ',
  );

const table = {
  'zh-Hans':
    '账户服务|打开聊天|关闭|想说什么都可以|发送|正在连接|现在没有网络，恢复后会自动发送|正在重新连接|正在发送|没有发出去|再试一次|已送达|AI|人工|您|系统|由 AI 回答，内容由人工智能生成；随时可以找人工。|正在输入|1 条未读|{n} 条未读|语言|菜单|人工|等待人工|先确认是您本人|这里有账户信息。在钱包里输入密码后就能看到。|去确认|这次会话结束了|这条太长了，请分几条发|发得有些快，请稍等|有新消息|请先读一读（{n} 秒）|保存聊天记录|深色模式|回到最新|这个方案的有效时间过了|点“确认”之后才会提交|出了点问题|选项|对话|复制',
  'zh-Hant-TW':
    '帳戶服務|打開聊天|關閉|想說什麼都可以|傳送|正在連線|目前沒有網路，恢復後會自動傳送|正在重新連線|傳送中|沒有送出|再試一次|已送達|AI|專人|您|系統|由 AI 回答，內容由人工智慧產生；隨時可以找專人。|正在輸入|1 則未讀|{n} 則未讀|語言|選單|專人|等待專人|請先確認是您本人|這裡有帳戶資料。在錢包輸入密碼後就能看到。|前往確認|這次對話已結束|這則太長了，請分幾則傳送|傳得有點快，請稍候|有新訊息|請先看一看（{n} 秒）|儲存聊天紀錄|深色模式|回到最新|這個方案的有效時間已過|按「確認」之後才會送出|出了點問題|選項|對話|複製',
  'zh-Hant-HK':
    '戶口服務|開啟對話|關閉|想說甚麼都可以|傳送|正在連線|目前沒有網絡，恢復後會自動傳送|正在重新連線|傳送中|未能送出|再試一次|已送達|AI|職員|您|系統|由 AI 回答，內容由人工智能生成；隨時可以找職員。|正在輸入|1 則未讀|{n} 則未讀|語言|選單|職員|等候職員|請先確認是您本人|這裏有戶口資料。在錢包輸入密碼後便可查看。|前往確認|這次對話已結束|這則太長，請分開傳送|傳送得有點快，請稍候|有新訊息|請先細閱（{n} 秒）|儲存對話紀錄|深色模式|回到最新|這個方案的有效時間已過|按「確認」之後才會提交|出了點問題|選項|對話|複製',
  'en-GB':
    'Account help|Open chat|Close|Write a message|Send|Connecting|You are offline. Messages will be sent when you are back.|Reconnecting|Sending|Not sent|Try again|Delivered|AI|Person|You|System|An AI answers here and its text is AI-generated. You can have a person at any time.|is writing|1 unread message|{n} unread messages|Language|Menu|A person|Waiting for a person|Please confirm it is you|This is about your account. You can see it after entering your PIN in the wallet.|Confirm in wallet|This session has ended|That is too long. Please send it in parts.|That was a little fast. Please wait a moment.|New messages|Please read first ({n} s)|Save this chat|Dark mode|Back to latest|This offer has run out|Nothing is submitted before you press Confirm|Something went wrong|Choices|Conversation|Copy',
};

export function words(locale) {
  const list = (table[locale] ?? table['en-GB']).split('|');
  return Object.fromEntries(names.map((n, i) => [n, list[i]]));
}
