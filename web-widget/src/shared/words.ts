import type { Store } from './store';

/**
 * The widget's words in one locale. A missing word is the empty string: what
 * has no word is not shown, and nothing is made up in code.
 */
export class Words {
  readonly locale: string;
  private readonly labels: Record<string, string>;

  constructor(locale: string, labels: Record<string, string>) {
    this.locale = locale;
    this.labels = labels;
  }

  /** A word, with {n} and other names filled in. */
  say(name: string, values: Record<string, string | number> = {}): string {
    const words = this.labels[name] ?? '';
    return words.replace(/\{(\w+)\}/g, (whole, key: string) => String(values[key] ?? whole));
  }

  has(name: string): boolean {
    return Boolean(this.labels[name]);
  }
}

const cacheKey = (locale: string): string => `warmline:words:${locale}`;

/** Words kept from an earlier visit, so that a page without a connection can speak. */
export function keptWords(store: Store, locale: string): Words | undefined {
  try {
    return new Words(locale, JSON.parse(store.get(cacheKey(locale)) ?? '') as Record<string, string>);
  } catch {
    return undefined;
  }
}

/** Fetches the words of a locale and keeps them. They are public. */
export async function fetchWords(server: string, locale: string, store: Store): Promise<Words> {
  const answer = await fetch(`${server}/v1/labels?locale=${encodeURIComponent(locale)}`, { credentials: 'omit' });
  if (!answer.ok) throw new Error(`fetch labels: status ${answer.status}`);
  const body = (await answer.json()) as { locale: string; labels: Record<string, string> };
  store.set(cacheKey(locale), JSON.stringify(body.labels));
  return new Words(body.locale || locale, body.labels);
}
