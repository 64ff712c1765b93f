/** A two-tone call that goes on until it is told to stop. Made by the browser: no file is fetched. */
export class Alarm {
  private audio: AudioContext | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;
  private title = '';

  /** Rings or is silent; with sound off, the page's title alone calls. */
  ring(on: boolean, sound: boolean, words: string): void {
    if (!on) return this.stop();
    if (this.timer) return;
    this.title = document.title;
    let odd = false;
    const call = (): void => {
      odd = !odd;
      document.title = odd && words ? words : this.title;
      if (sound && odd) this.tone();
    };
    call();
    this.timer = setInterval(call, 1500);
  }

  /** One short tone: somebody was offered a chat or was named. */
  tone(notes: readonly number[] = [660, 880]): void {
    try {
      const audio = (this.audio ??= new AudioContext());
      if (audio.state === 'suspended') void audio.resume();
      notes.forEach((hz, i) => play(audio, hz, audio.currentTime + i * 0.18));
    } catch {
      // A browser without sound still shows the banner.
    }
  }

  private stop(): void {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.timer = undefined;
    document.title = this.title;
  }
}

function play(audio: AudioContext, hz: number, at: number): void {
  const tone = audio.createOscillator();
  const loud = audio.createGain();
  tone.frequency.value = hz;
  loud.gain.setValueAtTime(0.0001, at);
  loud.gain.exponentialRampToValueAtTime(0.2, at + 0.02);
  loud.gain.exponentialRampToValueAtTime(0.0001, at + 0.16);
  tone.connect(loud).connect(audio.destination);
  tone.start(at);
  tone.stop(at + 0.17);
}
