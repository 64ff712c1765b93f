// The demo's own endpoints; README.md beside this file says what each answers.

export interface Borrower {
  id: string;
  name: string;
  line: string; // what is special about this person's case, in their language
  locale: string;
}

/** What the wallet shows, in words that the server formatted. */
export interface Wallet {
  balance?: string;
  rows?: { label: string; value: string }[];
}

export interface DemoState {
  date: string; // 2026-11-21
  day: string; // the same for people
  wallet?: Wallet;
}

export const getBorrowers = (): Promise<Borrower[]> => call('GET', '/demo/borrowers');

export const getState = (borrower: string): Promise<DemoState> =>
  call('GET', `/demo/state?borrower=${encodeURIComponent(borrower)}`);

export const advance = (days: number): Promise<unknown> => call('POST', '/demo/clock', { days });

export const pay = (borrower: string, amount: string): Promise<unknown> =>
  call('POST', '/demo/payment', { borrower, amount });

export const getToken = async (borrower: string, level: 1 | 2): Promise<string> =>
  (await call<{ token: string }>('POST', '/demo/token', { borrower, level })).token;

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(path, {
    method,
    ...(body ? { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: status ${answer.status}`);
  const text = await answer.text();
  return (text ? JSON.parse(text) : undefined) as T;
}
