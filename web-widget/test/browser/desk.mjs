/** The console on a page, by what a person at it would look for. */
export function console_(page) {
  const root = page.locator('warmline-desk');
  const d = {
    root,
    act: (name) => root.locator(`[data-act="${name}"]:visible`).first(),
    row: (chat) => root.locator(`.row[data-chat="${chat}"]`),
    log: root.locator('.log'),
    field: root.locator('#compose'),
    async signIn(user) {
      await root.locator('input[name=user]').fill(user);
      await root.locator('input[name=password]').fill('warmline-demo');
      await page.keyboard.press('Enter');
      await d.online();
    },
    online: () => root.locator('.link-state.on').waitFor({ timeout: 15_000 }),
    async open(chat) {
      await d.row(chat).click();
      await root.locator('.chat-head h2').waitFor();
      await root.locator('.log .line').first().waitFor();
    },
    async take() {
      await d.act('take').click();
      await d.field.waitFor();
    },
    async say(text) {
      await d.field.fill(text);
      await d.field.press('Enter');
    },
    async submit() {
      await root.locator('dialog [data-act=submit]').click();
      await root.locator('dialog').waitFor({ state: 'detached' });
    },
    goto: (place) => root.locator(`.bar nav a[href="#/${place}"]`).click(),
  };
  return d;
}
