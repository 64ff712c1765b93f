import type { Words } from '../shared/words';

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** The days of "mon-fri" or "mon,wed" one by one, in the order of a week. */
export function daysOf(text: string): string[] {
  const on = new Set<string>();
  for (const part of (text || 'mon-sun').toLowerCase().split(',')) {
    const [from = '', to = from] = part.trim().split('-');
    let i = weekdays.indexOf(from as (typeof weekdays)[number]);
    const end = weekdays.indexOf(to as (typeof weekdays)[number]);
    for (let n = 0; i >= 0 && end >= 0 && n < 7; n++, i = (i + 1) % 7) {
      on.add(weekdays[i] ?? '');
      if (i === end) break;
    }
  }
  return weekdays.filter((d) => on.has(d));
}

/** Working days for a reader: "Mon to Fri", "Mon, Wed". */
export function days(text: string, words: Words): string {
  const on = daysOf(text);
  const first = weekdays.findIndex((d) => d === on[0]);
  const row = on.every((d, i) => weekdays[first + i] === d);
  const name = (d: string | undefined): string => words.say(`day_${d ?? ''}`);
  if (row && on.length > 2) return words.say('day_span', { from: name(on[0]), to: name(on.at(-1)) });
  return on.map(name).join(words.say('list_comma'));
}
