/**
 * A random id of 128 bits. crypto.randomUUID does not exist on plain-http
 * pages, getRandomValues does.
 */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

/**
 * A short name for whom a token is about, under which this browser keeps what
 * has not been sent yet. Two people on one phone never share it. It is no
 * secret and no check: the server alone verifies tokens.
 */
export function personKey(token: string): string {
  const [head = '', payload = ''] = token.split('.');
  return hash(subject(payload) ?? head + payload);
}

function subject(payload: string): string | undefined {
  try {
    const claims = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as { iss?: string; sub?: string };
    return claims.sub && `${claims.iss ?? ''}|${claims.sub}`;
  } catch {
    return undefined;
  }
}

// cyrb53, a public-domain 53-bit string hash: crypto.subtle needs https.
function hash(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (const ch of text) {
    const c = ch.codePointAt(0) ?? 0;
    a = Math.imul(a ^ c, 2654435761);
    b = Math.imul(b ^ c, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
}
