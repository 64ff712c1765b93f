const phone = '(max-width: 480px)';

/** Whether the panel takes the whole screen. */
export function isSheet(layout: string): boolean {
  return layout === 'sheet' || (layout !== 'card' && matchMedia(phone).matches);
}

/**
 * Keeps a full-screen panel above the on-screen keyboard, which covers the
 * page without changing its height. Returns how to stop.
 */
export function followKeyboard(panel: HTMLElement, changed: () => void): () => void {
  const view = window.visualViewport;
  const query = matchMedia(phone);
  const fit = (): void => {
    const covered = view && view.scale < 1.05 && window.innerHeight - view.height > 80;
    if (covered) {
      panel.style.setProperty('--height', `${Math.round(view.height)}px`);
      panel.style.setProperty('--top', `${Math.round(view.offsetTop)}px`);
    } else {
      panel.style.removeProperty('--height');
      panel.style.removeProperty('--top');
    }
    changed();
  };
  view?.addEventListener('resize', fit);
  view?.addEventListener('scroll', fit);
  query.addEventListener('change', changed);
  return () => {
    view?.removeEventListener('resize', fit);
    view?.removeEventListener('scroll', fit);
    query.removeEventListener('change', changed);
  };
}
