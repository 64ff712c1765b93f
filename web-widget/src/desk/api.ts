import type { Finding } from './types';

/** A refusal by the server, or no answer at all (status 0). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly findings: Finding[];

  constructor(status: number, code: string, text: string, findings: Finding[] = []) {
    super(text);
    this.status = status;
    this.code = code;
    this.findings = findings;
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
    const data = (await answer.json().catch(() => ({}))) as { error?: { code: string; text: string; findings?: Finding[] } };
    if (answer.ok) return data as T;
    if (answer.status === 401 && path !== '/login') this.signedOut();
    const { code = 'internal', text = '', findings = [] } = data.error ?? {};
    throw new ApiError(answer.status, code, text, findings);
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
      throw new ApiError(0, 'offline', '');
    }
  }
}
