// Which part of a text somebody has picked, in UTF-16 units as the server counts.

export type Span = [from: number, to: number];

interface Composed {
  getComposedRanges?: (o: { shadowRoots: ShadowRoot[] }) => StaticRange[];
}

/** What is selected within an element, or undefined: nothing is, or it reaches beyond. */
export function selectedIn(element: Element | null): Span | undefined {
  const root = element?.getRootNode();
  const selection = document.getSelection() as (Selection & Composed) | null;
  if (!element || !selection || !(root instanceof ShadowRoot)) return undefined;
  const range = selection.getComposedRanges?.({ shadowRoots: [root] })[0] ?? (selection.rangeCount ? selection.getRangeAt(0) : undefined);
  if (!range || !element.contains(range.startContainer) || !element.contains(range.endContainer)) return undefined;
  const from = before(element, range.startContainer, range.startOffset);
  const to = before(element, range.endContainer, range.endOffset);
  return from < to ? [from, to] : undefined;
}

function before(element: Element, node: Node, offset: number): number {
  const range = document.createRange();
  range.selectNodeContents(element);
  range.setEnd(node, offset);
  return range.toString().length;
}

/** A place in a text field as a place in the text that was put into it: a field has one unit for a line's end. */
export function placeIn(text: string, at: number): number {
  let place = 0;
  for (let n = 0; n < at; n++) place += text.startsWith('\r\n', place) ? 2 : 1;
  return place;
}
