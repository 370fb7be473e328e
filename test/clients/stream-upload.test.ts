import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { GuardedFetch, GuardFetchOptions } from '../../src/clients/fetch.js';
import { buffered } from '../../src/index.js';
import type { AuthServerTokens } from '../../src/testing/index.js';
import { guardedFetch } from './support/guarded.js';
import { failureOf } from './support/subjects.js';
import { createRevokedWorld, createWorld, textOf, type World } from './support/world.js';

async function rejected(
  options: GuardFetchOptions<AuthServerTokens> = {},
): Promise<{ world: World; client: GuardedFetch; url: string }> {
  const world = await createRevokedWorld();
  return { world, client: guardedFetch(world, options), url: `${world.origin}/api/echo` };
}

function upload(body: unknown, more: object = {}): RequestInit {
  return { method: 'POST', body, duplex: 'half', ...more } as RequestInit;
}

function bodies({ sends }: World): string[] {
  return sends.map(textOf);
}

function streamOf(init: RequestInit | undefined): ReadableStream {
  return init?.body as ReadableStream;
}

async function* chunks(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('ab');
  yield Buffer.from('cd');
}

describe('stream-upload-rejected: a streamed body', () => {
  it.each([
    ['a stream of the web', () => new Blob(['abcd']).stream()],
    ['a stream of Node', () => Readable.from([Buffer.from('ab'), Buffer.from('cd')])],
    ['a source of chunks', chunks],
  ])('is sent again where enough of it is kept: %s', async (_, body) => {
    const { world, client, url } = await rejected({ streams: buffered(4) });
    expect((await client(url, upload(body()))).status).toBe(200);
    expect(bodies(world)).toEqual(['abcd', 'abcd']);
  });

  it('is kept for one request that asks for it, and not for one that does not', async () => {
    const { world, client, url } = await rejected();
    expect((await client(url, upload(chunks(), { session: { streams: buffered(4) } }))).status).toBe(200);
    world.server.revokeAccess();
    expect(await failureOf(client(url, upload(chunks())))).toMatchObject({ code: 'not-replayable' });
  });

  it('is sent whole but once where it is longer', async () => {
    const { world, client, url } = await rejected({ streams: buffered(3) });
    const failure = await failureOf(client(url, upload(chunks())));
    expect(failure).toMatchObject({ code: 'not-replayable', reply: { status: 401 } });
    expect((await client(url, upload(chunks()))).status).toBe(200);
    expect(bodies(world)).toEqual(['abcd', 'abcd']);
  });

  it('is not kept where nothing is to be sent again', async () => {
    const { client, url } = await rejected({ streams: buffered(100), replay: false });
    expect(await failureOf(client(url, upload(chunks())))).toMatchObject({ code: 'not-replayable' });
  });

  it('is sent while it is read', async () => {
    const world = await createWorld();
    let pulled = 0;
    const arrived: Promise<void>[] = [];
    const client = guardedFetch(world, {
      streams: buffered(1_000),
      async fetch(_, init) {
        const reader = streamOf(init).getReader();
        expect(pulled).toBe(0);
        await reader.read();
        expect(pulled).toBe(1);
        arrived.push(reader.cancel());
        return new Response();
      },
    });
    async function* source(): AsyncGenerator<Uint8Array> {
      for (;;) {
        pulled++;
        yield new Uint8Array(1);
      }
    }
    await client(`${world.origin}/x`, upload(source()));
    expect(arrived).toHaveLength(1);
  });

  it('goes on with the rest where the server refused it early', async () => {
    let sends = 0;
    const sent: string[] = [];
    const world = await createWorld();
    const client = guardedFetch(world, {
      streams: buffered(2),
      async fetch(_, init) {
        if (++sends > 1) sent.push(await new Response(init?.body as BodyInit).text());
        else await streamOf(init).getReader().read();
        return new Response(null, { status: sends > 1 ? 200 : 401 });
      },
    });
    expect((await client(`${world.origin}/x`, upload(chunks()))).status).toBe(200);
    expect(sent).toEqual(['abcd']);
  });

  it('inside a Request is sent again as it is', async () => {
    const { world, client, url } = await rejected();
    expect((await client(new Request(url, upload(new Blob(['abcd']).stream())))).status).toBe(200);
    expect(bodies(world)).toEqual(['abcd', 'abcd']);
  });
});
