import type { Message, Outgoing } from './protocol';

/** A message of ours on its way. */
export interface Pending {
  id: string;
  text: string; // what the person wrote, or the label of the button
  state: 'waiting' | 'acked' | 'failed';
  why?: string; // the server's words for a refusal
  option?: string; // set for a tapped button
  item?: Outgoing; // kept after a refusal, to send again
}

/**
 * The chat as this device knows it: messages in sequence order without gaps,
 * then what is still on its way. Pure; nothing of it is stored.
 */
export class Transcript {
  messages: Message[] = [];
  pending: Pending[] = [];

  get last(): number {
    return this.messages.at(-1)?.seq ?? 0;
  }

  /** Takes a message in. Returns false where one before it is missing. */
  apply(m: Message): boolean {
    if (m.seq > this.last + 1) return false;
    if (m.client) this.forget(m.client);
    this.pending = this.pending.filter((p) => p.state !== 'acked' || p.id !== m.client);
    if (m.seq === this.last + 1) this.messages = [...this.messages, m];
    else this.messages = this.messages.map((old) => (old.seq === m.seq ? m : old));
    return true;
  }

  /** Forgets all from a sequence number on; they are asked for again. */
  redact(from: number): void {
    this.messages = this.messages.filter((m) => m.seq < from);
  }

  await(p: Pending): void {
    this.pending = [...this.pending.filter((q) => q.id !== p.id), p];
  }

  /** The server has it: the bubble stays until the message itself arrives. */
  acked(id: string, seq: number): void {
    if (seq <= this.last) this.forget(id);
    else this.change(id, { state: 'acked' });
  }

  failed(id: string, why: string, item?: Outgoing): void {
    this.change(id, { state: 'failed', why, item });
  }

  forget(id: string): void {
    this.pending = this.pending.filter((p) => p.id !== id);
  }

  clear(): void {
    this.messages = [];
    this.pending = [];
  }

  /**
   * The only message whose buttons work: the newest of the bot's, or a line of
   * the system's that asks for something (an agent's offer, a step-up).
   */
  live(): number {
    const asks = (m: Message): boolean => m.speaker === 'bot' || (m.speaker === 'system' && !!m.options?.length);
    return this.messages.findLast((m) => asks(m) && !m.hidden)?.seq ?? 0;
  }

  /** The button of the live message that is on its way, or "". */
  tapped(): string {
    return this.pending.findLast((p) => p.option && p.state !== 'failed')?.option ?? '';
  }

  /** How many messages of others came after one. */
  unread(seen: number): number {
    return this.messages.filter((m) => m.seq > seen && m.speaker !== 'borrower' && (m.hidden || m.text || m.card || m.options?.length)).length;
  }

  private change(id: string, to: Partial<Pending>): void {
    this.pending = this.pending.map((p) => (p.id === id ? { ...p, ...to } : p));
  }
}
