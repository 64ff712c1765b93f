import type { Message } from '../shared/protocol';
import type { Words } from '../shared/words';

/** The chat as plain text, for the person's own records. */
export function asText(messages: readonly Message[], words: Words): string {
  const lines: string[] = [words.say('title'), words.say('ai_notice')];
  let day = '';
  for (const m of messages) {
    if (m.hidden) continue;
    if (m.day !== day) lines.push('', (day = m.day));
    lines.push(`${m.time} ${speaker(m, words)}: ${m.text ?? ''}`.trimEnd());
    for (const r of m.card?.rows ?? []) lines.push(`    ${[r.label, ...(r.cells ?? [])].filter(Boolean).join('  ')}`);
    for (const note of m.card?.notes ?? []) lines.push(`    ${note}`);
  }
  return `${lines.join('\n')}\n`;
}

function speaker(m: Message, words: Words): string {
  if (m.speaker === 'borrower') return words.say('you');
  if (m.speaker === 'human') return [words.say('human'), m.name].filter(Boolean).join(' ');
  return words.say(m.speaker === 'bot' ? 'ai' : 'system');
}

/** Hands a text to the browser as a file. */
export function save(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  const a = document.createElement('a');
  a.href = url;
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
