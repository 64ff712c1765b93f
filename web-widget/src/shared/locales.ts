// Languages call themselves by their own names everywhere, so these words are
// no part of a catalog.

export interface Locale {
  id: string;
  short: string; // on the switch
  name: string; // in the menu
}

export const locales: readonly Locale[] = [
  { id: 'zh-Hans', short: '简', name: '简体中文' },
  { id: 'zh-Hant-TW', short: '繁', name: '繁體中文（台灣）' },
  { id: 'zh-Hant-HK', short: '繁', name: '繁體中文（香港）' },
  { id: 'en-GB', short: 'EN', name: 'English (UK)' },
  { id: 'en-US', short: 'EN', name: 'English (US)' },
];

/** The spoken locale nearest to a language tag, or undefined. */
export function matchLocale(tag: string | null | undefined): string | undefined {
  const t = (tag ?? '').toLowerCase();
  if (t.startsWith('zh')) {
    if (/\b(hk|mo)\b/.test(t)) return 'zh-Hant-HK';
    return /\b(hant|tw)\b/.test(t) ? 'zh-Hant-TW' : 'zh-Hans';
  }
  if (t.startsWith('yue')) return 'zh-Hant-HK';
  if (t.startsWith('en')) return t === 'en-us' ? 'en-US' : 'en-GB';
  return undefined;
}

/** What the switch shows for a locale. */
export function shortName(id: string): string {
  return locales.find((l) => l.id === id)?.short ?? '';
}
