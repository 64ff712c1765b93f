import { describe, expect, it } from 'vitest';
import { personKey, randomId } from '../../src/shared/ids';
import { locales, matchLocale, shortName } from '../../src/shared/locales';
import { memoryStore } from '../../src/shared/store';
import { keptWords, Words } from '../../src/shared/words';

describe('Words', () => {
  const words = new Words('en-GB', { unread_many: '{n} unread', send: 'Send' });
  it('fills names in and leaves unknown ones to be seen', () => {
    expect(words.say('unread_many', { n: 3 })).toBe('3 unread');
    expect(words.say('unread_many')).toBe('{n} unread');
  });
  it('has no word where the catalog has none', () => {
    expect(words.say('nothing')).toBe('');
    expect(words.has('nothing')).toBe(false);
  });
  it('keeps nothing of a damaged store', () => {
    const store = memoryStore();
    expect(keptWords(store, 'en-GB')).toBeUndefined();
    store.set('warmline:words:en-GB', '{"send":"Send"}');
    expect(keptWords(store, 'en-GB')?.say('send')).toBe('Send');
  });
});

describe('locales', () => {
  it.each([
    ['zh', 'zh-Hans'], ['zh-CN', 'zh-Hans'], ['zh-SG', 'zh-Hans'], ['zh-TW', 'zh-Hant-TW'], ['zh-Hant', 'zh-Hant-TW'],
    ['zh-Hant-HK', 'zh-Hant-HK'], ['zh-HK', 'zh-Hant-HK'], ['zh-MO', 'zh-Hant-HK'], ['yue', 'zh-Hant-HK'],
    ['en', 'en-GB'], ['en-US', 'en-US'], ['en-SG', 'en-GB'], ['fr', undefined], ['', undefined], [null, undefined],
  ])('%s is %s', (tag, id) => expect(matchLocale(tag)).toBe(id));
  it('matches every locale to itself and has a short name for it', () => {
    for (const l of locales) {
      expect(matchLocale(l.id)).toBe(l.id);
      expect(shortName(l.id)).not.toBe('');
    }
  });
});

describe('ids', () => {
  const token = (claims: object, sig = 's'): string => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${sig}`;
  it('are the same for one person whatever else a token says, and differ between people', () => {
    expect(personKey(token({ sub: 'b1', jti: '1' }))).toBe(personKey(token({ sub: 'b1', jti: '2', level: 2 }, 'x')));
    expect(personKey(token({ sub: 'b1' }))).not.toBe(personKey(token({ sub: 'b2' })));
    expect(personKey(token({ sub: 'b1', iss: 'a' }))).not.toBe(personKey(token({ sub: 'b1', iss: 'b' })));
  });
  it('do not show the person', () => expect(personKey(token({ sub: 'linyue' }))).not.toContain('linyue'));
  it('stand even for something that is no token', () => expect(personKey('???')).toMatch(/^[a-z0-9]+$/));
  it('are 128 random bits', () => {
    expect(randomId()).toMatch(/^[0-9a-f]{32}$/);
    expect(randomId()).not.toBe(randomId());
  });
});
