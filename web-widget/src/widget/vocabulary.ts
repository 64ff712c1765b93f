import { fetchWords, keptWords, type Words } from '../shared/words';
import type { Store } from '../shared/store';

const again = 5000;

/** Keeps the words of the wished locale at hand; the last good ones serve until they have come. */
export class Vocabulary {
  words: Words | undefined;
  private wished = '';
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly store: Store;
  private readonly changed: () => void;

  constructor(store: Store, changed: () => void) {
    this.store = store;
    this.changed = changed;
  }

  want(server: string, locale: string): void {
    if (!locale || locale === this.wished) return;
    this.wished = locale;
    this.words = keptWords(this.store, locale) ?? this.words;
    void this.load(server, locale);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.wished = '';
  }

  private async load(server: string, locale: string): Promise<void> {
    clearTimeout(this.timer);
    try {
      const words = await fetchWords(server, locale, this.store);
      if (locale !== this.wished) return;
      this.words = words;
      this.changed();
    } catch {
      if (locale === this.wished) this.timer = setTimeout(() => void this.load(server, locale), again);
    }
  }
}
