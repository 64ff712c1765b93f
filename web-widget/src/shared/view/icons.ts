import { html, type TemplateResult } from 'lit';

const icon = (d: string, size = ''): TemplateResult =>
  html`<svg class="icon ${size}" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${d}></path></svg>`;

export const chatIcon = icon('M20 11.5a7.5 7.5 0 0 1-7.5 7.5H5l1.6-2.6A7.5 7.5 0 1 1 20 11.5ZM9 10.2h7M9 13.4h4.4');
export const downIcon = icon('m6 9.5 6 6 6-6');
export const rightIcon = icon('m9.5 6 6 6-6 6');
export const sendIcon = icon('M12 19.5v-15M5.5 11 12 4.5l6.5 6.5');
export const lockIcon = icon('M6.5 11h11a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1ZM8.5 11V8a3.5 3.5 0 0 1 7 0v3');
export const checkIcon = icon('m5 12.5 4.5 4.5L19 7.5', 'small');
export const clockIcon = icon('M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16ZM12 8v4.2l2.8 1.8', 'small');
export const copyIcon = icon('M9 9h9.5v10.5H9zM5.5 15V4.5H15', 'small');
export const expandIcon = icon('M14 5h5v5M19 5l-6 6M10 19H5v-5M5 19l6-6', 'small');
export const outIcon = icon('M14 5h5v5M19 5l-8 8M17 14v5H5V7h5', 'small');
export const crossIcon = icon('m6.5 6.5 11 11M17.5 6.5l-11 11');
export const themeIcon = icon('M12 20a8 8 0 1 0 0-16v16Z M12 4a8 8 0 0 0 0 16');
export const saveIcon = icon('M12 4.5v10M7.5 10.5 12 15l4.5-4.5M5 19.5h14');
