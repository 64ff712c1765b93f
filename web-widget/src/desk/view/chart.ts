import { html, noChange, type ElementPart, type TemplateResult } from 'lit';
import { AsyncDirective, directive } from 'lit/async-directive.js';
import uPlot from 'uplot';
import type { Words } from '../../shared/words';

export interface Curve {
  label: string;
  token: string; // the CSS variable with its colour
  values: (number | null)[];
}

interface Chart {
  t: number[];
  curves: Curve[];
  locale: string;
  name: string; // what the time is called
  zone: string; // of clock times; the reader's own when empty
  key: string; // another key draws anew: data, language or theme changed
}

/** Draws a chart into its element and keeps it as wide as that. */
class Drawn extends AsyncDirective {
  private plot: uPlot | undefined;
  private size: ResizeObserver | undefined;
  private key = '';

  render(_chart: Chart): unknown {
    return noChange;
  }

  override update(part: ElementPart, [chart]: [Chart]): unknown {
    const el = part.element as HTMLElement;
    // Before it is on the page an element has no colours of its own.
    if (!el.isConnected) {
      requestAnimationFrame(() => el.isConnected && this.update(part, [chart]));
      return noChange;
    }
    const key = chart.key + getComputedStyle(el).getPropertyValue('--text');
    if (key !== this.key) {
      this.key = key;
      this.plot?.destroy();
      this.plot = new uPlot(options(el, chart), [chart.t, ...chart.curves.map((c) => c.values)], el);
      this.size ??= observe(el, () => this.plot);
    }
    return noChange;
  }

  override disconnected(): void {
    this.plot?.destroy();
    this.size?.disconnect();
  }
}

const drawn = directive(Drawn);

function observe(el: HTMLElement, plot: () => uPlot | undefined): ResizeObserver {
  const o = new ResizeObserver(() => plot()?.setSize({ width: Math.max(200, el.clientWidth), height: 180 }));
  o.observe(el);
  return o;
}

function options(el: HTMLElement, c: Chart): uPlot.Options {
  const style = getComputedStyle(el);
  const colour = (token: string): string => style.getPropertyValue(token).trim() || 'gray';
  const font = '12px system-ui, sans-serif';
  const axis = { stroke: colour('--muted'), font, grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
  const zone = c.zone ? { timeZone: c.zone } : {};
  const day = new Intl.DateTimeFormat(c.locale, { month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false, ...zone });
  const whole = (c.t.at(-1) ?? 0) - (c.t[0] ?? 0) > 2 * 86_400;
  const short = new Intl.DateTimeFormat(c.locale, whole ? { month: 'numeric', day: 'numeric', ...zone } : { hour: '2-digit', minute: '2-digit', hour12: false, ...zone });
  return {
    width: Math.max(200, el.clientWidth),
    height: 180,
    scales: { x: { time: true }, y: { range: (_u, _lo, hi) => [0, Math.max(4, hi * 1.1)] } },
    axes: [{ ...axis, space: 70, values: (_u, at) => at.map((v) => short.format(new Date(v * 1000))) }, { ...axis, size: 40 }],
    legend: { live: true },
    cursor: { y: false },
    series: [
      { label: c.name, value: (_u, v) => (v === null ? '' : day.format(new Date(v * 1000))) },
      ...c.curves.map((k, i) => ({
        label: k.label,
        stroke: colour(k.token),
        width: 2,
        ...(i % 2 ? { dash: [6, 3] } : {}),
        points: { show: false },
        value: (_u: uPlot, v: number | null) => (v === null ? '–' : String(Math.round(v))),
      })),
    ],
  };
}

/** A chart with a name, and its last values in words for who cannot see it. */
export function chart(title: string, t: number[], curves: Curve[], words: Words, zone = ''): TemplateResult {
  const last = curves.map((c) => `${c.label} ${c.values.findLast((v) => v !== null) ?? '–'}`).join(', ');
  const { locale } = words;
  const name = words.say('when');
  const key = `${title}${locale}${t.at(-1)}${last}${t.length}`;
  return html`<figure class="chart">
    <figcaption>${title}</figcaption>
    <div role="img" aria-label="${title}: ${last}" ${drawn({ t, curves, locale, name, key, zone })}></div>
  </figure>`;
}
