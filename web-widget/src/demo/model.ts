import type { Borrower, DemoState } from './api';

/** What the demo page shows. */
export interface Model {
  borrowers: Borrower[];
  borrower: Borrower | undefined;
  state: DemoState | undefined;
  unread: number;
  pin: 'closed' | 'open' | 'wrong';
  drawer: boolean;
  failed: boolean;
}

/** What one can do on it. */
export interface Actions {
  choose(id: string): void;
  step(days: number): void;
  post(amount: string): void;
  pin(typed: string): void;
  closePin(): void;
  openChat(): void;
  drawer(open: boolean): void;
}

export function initial(): Model {
  return {
    borrowers: [],
    borrower: undefined,
    state: undefined,
    unread: 0,
    pin: 'closed',
    drawer: false,
    failed: false,
  };
}
