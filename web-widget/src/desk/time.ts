import type { Words } from '../shared/words';

/** How long ago (or until) an instant is, in the shortest words: "45 s", "12 min", "3 h", "2 d". */
export function span(seconds: number, words: Words): string {
  const s = Math.max(0, Math.floor(Math.abs(seconds)));
  if (s < 60) return words.say('n_s', { n: s });
  if (s < 3600) return words.say('n_min', { n: Math.floor(s / 60) });
  if (s < 48 * 3600) return words.say('n_h', { n: Math.floor(s / 3600) });
  return words.say('n_d', { n: Math.floor(s / 86_400) });
}

/** Seconds from an RFC 3339 instant to now (server's clock): positive is past. */
export function ago(at: string | undefined, now: number): number {
  const t = at ? Date.parse(at) : Number.NaN;
  return Number.isNaN(t) ? 0 : (now - t) / 1000;
}

/** An instant on the workplace's clock, or the reader's where none is known, as a plain date and time. */
export function stamp(at: string | undefined, locale: string, zone?: string): string {
  const t = at ? new Date(at) : undefined;
  if (!t || Number.isNaN(t.getTime()) || t.getFullYear() < 2000) return '';
  return new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false, ...(zone ? { timeZone: zone } : {}) }).format(t);
}
