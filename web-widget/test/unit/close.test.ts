import { describe, expect, it } from 'vitest';
import { backoff, closeAction, retryAfter } from '../../src/shared/close';

describe('close codes', () => {
  it.each([
    [1001, 'retry'], [1006, 'retry'], [1012, 'retry'], [4008, 'retry'],
    [4000, 'stop'], [4003, 'stop'],
    [4001, 'token'], [4009, 'skip'], [4010, 'ended'], [4029, 'wait'],
  ])('%i means %s', (code, action) => expect(closeAction(code)).toBe(action));

  it.each([
    ['retry_ms=1500', 1500], ['{"retry_ms":900}', 900], ['retry_ms: 20', 250], ['3000', 3000], ['', 5000],
    ['retry_ms=99999999', 600_000],
  ])('reads the pause of %j', (reason, ms) => expect(retryAfter(reason)).toBe(ms));
});

describe('backoff', () => {
  it('grows, keeps to its bounds and spreads', () => {
    for (let attempt = 0; attempt < 40; attempt++) {
      const [least, most] = [backoff(attempt, () => 0), backoff(attempt, () => 1)];
      expect(least).toBeGreaterThanOrEqual(250);
      expect(most).toBeLessThanOrEqual(20_000);
      expect(most).toBe(2 * least);
    }
    expect(backoff(3, () => 0.5)).toBeGreaterThan(backoff(0, () => 0.5));
  });
});
