import { render } from 'lit';
import type { WarmlineChat } from '../widget/element';
import { advance, getBorrowers, getState, getToken, pay } from './api';
import { controls } from './controls';
import { page } from './page';
import { initial, type Model } from './model';
import { pinDialog } from './pin';
import { demoWords } from './words';
import { wallet } from './wallet';

// The demo wallet: a host page as a wallet would write it, using only what the
// widget offers to everybody.

const demoPin = '1234';
const model: Model = initial();

function draw(): void {
  const words = demoWords(model.borrower?.locale ?? 'zh-Hans');
  document.documentElement.lang = model.borrower?.locale ?? 'zh-Hans';
  const act = { choose, step, post, pin, closePin, openChat, drawer };
  render(page(model, words, controls(model, words, act), wallet(model, words, act), pinDialog(model, words, act), act), document.body);
}

const chat = (): WarmlineChat | null => document.querySelector('warmline-chat');

async function choose(id: string): Promise<void> {
  model.borrower = model.borrowers.find((b) => b.id === id);
  model.state = undefined;
  draw();
  chat()?.setToken(() => getToken(id, 1));
  await refresh();
}

async function refresh(): Promise<void> {
  if (model.borrower) model.state = await getState(model.borrower.id);
  draw();
}

/** Runs one of the controls, and says so where it fails. */
async function attempt(act: () => Promise<unknown>): Promise<void> {
  model.failed = false;
  try {
    await act();
    await refresh();
  } catch {
    model.failed = true;
    draw();
  }
}

const step = (days: number): Promise<void> => attempt(() => advance(days));

const post = (amount: string): Promise<void> =>
  attempt(async () => model.borrower && amount && (await pay(model.borrower.id, amount)));

async function pin(typed: string): Promise<void> {
  if (typed !== demoPin || !model.borrower) {
    model.pin = 'wrong';
    return draw();
  }
  closePin();
  await attempt(async () => chat()?.stepUp(await getToken(model.borrower?.id ?? '', 2)));
}

function closePin(): void {
  model.pin = 'closed';
  draw();
}

function openChat(): void {
  chat()?.open();
}

function drawer(open: boolean): void {
  model.drawer = open;
  draw();
}

document.addEventListener('warmline-stepup', () => {
  model.pin = 'open';
  draw();
  document.querySelector<HTMLInputElement>('#pin')?.focus();
});

document.addEventListener('warmline-unread', (e) => {
  model.unread = (e as CustomEvent<{ count: number }>).detail.count;
  draw();
});

draw();
void attempt(async () => {
  model.borrowers = await getBorrowers();
  const first = model.borrowers[0];
  if (first) await choose(first.id);
});
