import type { Card, Message, Option } from '../protocol';
import type { Words } from '../words';

/** What the pieces of a transcript need to show themselves, and whom they tell. */
export interface View {
  words: Words;
  live: number; // sequence number of the message whose buttons work
  tapped: string; // the button that is on its way, or ""
  locked: boolean; // a step-up would show what is hidden; otherwise it is gone for good
  side: 'borrower' | 'agent'; // on whose screen this is: whose messages are "mine"
  readLeft(m: Message): number; // seconds before a confirm button works
  expired(card: Card): boolean;
  choose(m: Message, option: Option, fields?: Record<string, string>): void;
  expand(card: Card): void;
  copy(text: string): void;
  retry(id: string): void;
  stepUp(): void;
}
