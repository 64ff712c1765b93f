import type { Words } from '../shared/words';
import { stamp } from './time';
import type { Finding } from './types';

/** Why the server refused something: by name, so that it can be said in the console's language. */
export interface Refusal {
  code: string;
  name?: string;
  field?: string; // of what was sent: "teams.care.hours"
  parts?: Record<string, string>; // that stand in the words
  text?: string;
  rule?: { id: string; text: string }; // that refused it
  until?: string; // from when on it would be let through
  findings?: Finding[];
}

/** A refusal by the server, or no answer at all (status 0). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly refusal: Refusal;

  constructor(status: number, refusal: Refusal) {
    super(refusal.text ?? refusal.code);
    this.status = status;
    this.code = refusal.code;
    this.refusal = refusal;
  }

  get findings(): Finding[] {
    return this.refusal.findings ?? [];
  }

  /** What happened, in the console's words, with the rule where one refused. */
  say(words: Words, zone?: string): string {
    const { code, name, parts, rule, until } = this.refusal;
    if (this.status === 0) return words.say('not_sent_offline');
    const why = words.say(`no_${name}`, parts) || words.say(`no_code_${code}`) || words.say('failed');
    const text = until ? words.say('refused_until', { text: why, t: stamp(until, words.locale, zone) }) : why;
    return rule?.text ? words.say('refused_by', { text, rule: rule.text, id: rule.id }) : text;
  }
}

/** The desk's HTTP side. The session is a cookie that scripts cannot read; the word against forgery is ours to send. */
export class Api {
  csrf = '';
  signedOut: () => void = () => undefined;
  private readonly base: string;

  constructor(base = '/desk/api') {
    this.base = base;
  }

  get<T>(path: string): Promise<T> {
    return this.ask<T>('GET', path);
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.ask<T>('POST', path, body);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.ask<T>('PUT', path, body);
  }

  remove<T>(path: string): Promise<T> {
    return this.ask<T>('DELETE', path, {});
  }

  private async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.send(method, path, body);
    if (answer.status === 204) return undefined as T;
    const data = (await answer.json().catch(() => ({}))) as { error?: Refusal };
    if (answer.ok) return data as T;
    if (answer.status === 401 && path !== '/login') this.signedOut();
    throw new ApiError(answer.status, data.error ?? { code: 'internal' });
  }

  private async send(method: string, path: string, body: unknown): Promise<Response> {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (method !== 'GET') headers['X-CSRF-Token'] = this.csrf;
    try {
      return await fetch(this.base + path, {
        method,
        headers,
        credentials: 'same-origin',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch {
      throw new ApiError(0, { code: 'offline' });
    }
  }
}
