import type { Desk } from './app';

const near = 24; // px from the end that count as at the end

/** Keeps the transcript where the reader has it: at the end, or standing still while older lines come in above. */
export class Sticky {
  private readonly root: ShadowRoot;
  private readonly desk: Desk;
  private chat = '';
  private start = 0;
  private last = 0;
  private atEnd = true;
  private height = 0;
  private shown = 0; // line that was asked for and has been scrolled to

  constructor(root: ShadowRoot, desk: Desk) {
    this.root = root;
    this.desk = desk;
  }

  before(): void {
    const log = this.log();
    if (!log) return;
    this.atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < near;
    this.height = log.scrollHeight - log.scrollTop;
  }

  after(): void {
    const log = this.log();
    const { room } = this.desk.model;
    if (!log || !room) {
      this.chat = '';
      return;
    }
    const { start, last } = room.log;
    const fresh = this.chat !== room.id || (this.last === 0 && last > 0);
    if (room.at && room.at !== this.shown && this.show(log, room.at)) this.shown = room.at;
    else if (fresh || this.atEnd) log.scrollTop = log.scrollHeight;
    else if (start !== this.start) log.scrollTop = log.scrollHeight - this.height;
    if (this.chat !== room.id) this.shown = room.at;
    Object.assign(this, { chat: room.id, start, last });
  }

  private show(log: HTMLElement, seq: number): boolean {
    const line = log.querySelector(`[data-seq="${seq}"]`);
    line?.scrollIntoView({ block: 'center' });
    return line !== null;
  }

  private log(): HTMLElement | null {
    return this.root.querySelector('.log');
  }
}
