import { describe, expect, it } from 'vitest';
import { signedIn as signedInRecord, type SessionRecord } from '../../src/session/state/record.js';
import { memoryStore } from '../../src/sharing/memory-store.js';

describe('memoryStore()', () => {
  class Credential {
    readonly accessToken = 'access-1-secret';
  }
  const recordOf = <T>(tokens: T): SessionRecord<T> => signedInRecord(null, tokens, 1, 0);

  it('keeps copies of plain tokens, however deep', async () => {
    const store = memoryStore<{ scopes: { name: string }[] }>();
    const record = recordOf({ scopes: [{ name: 'read' }] });
    await store.compareAndSet(null, record);
    for (const handed of [record, await store.read(), await store.read()]) {
      handed?.tokens?.scopes.push({ name: 'write' });
    }
    expect(await store.read()).toMatchObject({ tokens: { scopes: [{ name: 'read' }] } });
  });

  it('keeps tokens of a class as the objects they are', async () => {
    const store = memoryStore<{ credential: Credential }>();
    const credential = new Credential();
    await store.compareAndSet(null, recordOf({ credential }));
    expect((await store.read())?.tokens?.credential).toBe(credential);
  });
});
