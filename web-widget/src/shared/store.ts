/** The part of Storage that is used; a Map stands in where storage is forbidden. */
export interface Store {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(prefix: string): string[];
}

/** Keeps things for the life of the page. */
export function memoryStore(): Store {
  const map = new Map<string, string>();
  return {
    get: (key) => map.get(key) ?? null,
    set: (key, value) => void map.set(key, value),
    remove: (key) => void map.delete(key),
    keys: (prefix) => [...map.keys()].filter((k) => k.startsWith(prefix)),
  };
}

/**
 * localStorage, and memory for whatever it refuses (private mode, a full disk,
 * a blocked third-party frame): a message must never be lost to an exception.
 */
export function browserStore(): Store {
  const memory = memoryStore();
  const quietly = <T>(act: () => T, otherwise: T): T => {
    try {
      return act();
    } catch {
      return otherwise;
    }
  };
  return {
    get: (key) => memory.get(key) ?? quietly(() => localStorage.getItem(key), null),
    set(key, value) {
      const kept = quietly(() => (localStorage.setItem(key, value), true), false);
      if (kept) memory.remove(key);
      else memory.set(key, value);
    },
    remove(key) {
      memory.remove(key);
      quietly(() => localStorage.removeItem(key), undefined);
    },
    keys: (prefix) => [
      ...new Set([
        ...memory.keys(prefix),
        ...quietly(() => Object.keys(localStorage).filter((k) => k.startsWith(prefix)), []),
      ]),
    ],
  };
}
