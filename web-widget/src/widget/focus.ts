const reachable = 'a[href], button:not([disabled]), input:not([disabled]), textarea:not([disabled]), [tabindex="0"]';

/** Lets Tab go round inside a box that covers everything else. */
export function keepInside(box: HTMLElement, e: KeyboardEvent): void {
  const stops = [...box.querySelectorAll<HTMLElement>(reachable)].filter(
    (el) => !el.closest('[inert]') && el.getClientRects().length > 0,
  );
  const root = box.getRootNode() as ShadowRoot;
  const at = stops.indexOf(root.activeElement as HTMLElement);
  const next = e.shiftKey ? (at <= 0 ? stops.length - 1 : -1) : at === stops.length - 1 ? 0 : -1;
  if (next < 0) return;
  e.preventDefault();
  stops[next]?.focus();
}
