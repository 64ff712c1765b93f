const pieces = '[data-seq], [data-pending], .system, .lock, .typing';

/**
 * Keeps the newest words in view while the reader is at the end, and never
 * moves a reader who is elsewhere. Something longer than the window is shown
 * from its beginning.
 */
export class Follow {
  pinned = true;
  private newest: Element | null = null;
  private target = Infinity; // where we last scrolled to; Infinity means the end, wherever it is

  /** Call on every scroll of the log; says whether the reader's place changed sides. */
  moved(log: HTMLElement): boolean {
    const was = this.pinned;
    const room = log.scrollHeight - log.clientHeight - log.scrollTop;
    this.pinned = room < 48 || log.scrollTop >= this.target - 4;
    if (room < 4) this.target = Infinity;
    return was !== this.pinned;
  }

  /** Call after the log was drawn again. */
  drawn(log: HTMLElement): void {
    const all = log.querySelectorAll<HTMLElement>(pieces);
    const newest = all[all.length - 1] ?? null;
    const fresh = newest !== this.newest;
    this.newest = newest;
    if (!this.pinned) return;
    const end = log.scrollHeight - log.clientHeight;
    if (fresh && newest) {
      const start = newest.offsetTop - 44; // the speaker's line above it too
      this.target = start < end && start > log.scrollTop ? start : Infinity;
    } else if (this.target < Infinity) return;
    log.scrollTop = Math.min(end, this.target);
  }

  /** Goes to the end, on the reader's wish. */
  jump(log: HTMLElement): void {
    this.pinned = true;
    this.target = Infinity;
    log.scrollTop = log.scrollHeight;
  }
}
