import { Readable } from 'node:stream';
import type { AxiosInstance } from 'axios';
import FormDataOfNode from 'form-data';
import { describe, expect, it } from 'vitest';
import { buffered, isHoldfastError } from '../../src/index.js';
import { guardedAxios } from './support/guarded.js';
import { failureOf } from './support/subjects.js';
import { createRevokedWorld, textOf, type World } from './support/world.js';

type Scene = { readonly world: World; readonly client: AxiosInstance };

async function scene(adapter: 'http' | 'fetch', bytes?: number): Promise<Scene> {
  const world = await createRevokedWorld();
  const options = bytes === undefined ? {} : { streams: buffered(bytes) };
  return { world, client: guardedAxios(world, { adapter }, options) };
}

const CHUNKS = ['one ', 'two ', 'three'];
const streamOfNode = (): Readable => Readable.from(CHUNKS.map((chunk) => Buffer.from(chunk)));
const texts = ({ sends }: World): string[] => sends.map(textOf);

describe.each(['http', 'fetch'] as const)('stream-upload-rejected, over %s', (adapter) => {
  it('sends a stream again that is not longer than was asked for', async () => {
    const { world, client } = await scene(adapter, 100);
    expect((await client.post('/api/echo', streamOfNode())).status).toBe(200);
    expect(texts(world)).toEqual([CHUNKS.join(''), CHUNKS.join('')]);
  });

  it('does so for one request', async () => {
    const { world, client } = await scene(adapter);
    await client.post('/api/echo', streamOfNode(), { session: { streams: buffered(100) } });
    expect(texts(world)).toHaveLength(2);
  });

  it('does not send a longer one again, nor one that is not to be replayed', async () => {
    for (const session of [{ streams: buffered(5) }, { streams: buffered(100), replay: false }, {}]) {
      const { world, client } = await scene(adapter);
      const failure = await failureOf(client.post('/api/echo', streamOfNode(), { session }));
      expect(isHoldfastError(failure, 'not-replayable')).toBe(true);
      expect(texts(world)).toHaveLength(1);
    }
  });
});

it('sends a stream of the web again, over fetch', async () => {
  const { world, client } = await scene('fetch', 100);
  await client.post('/api/echo', new Blob(CHUNKS).stream());
  expect(texts(world)).toEqual([CHUNKS.join(''), CHUNKS.join('')]);
});

describe('a form with a stream in it', () => {
  function form(): FormDataOfNode {
    const made = new FormDataOfNode();
    made.append('text', 'value');
    made.append('file', streamOfNode(), { filename: 'name.txt' });
    return made;
  }

  it('is sent again where it is kept', async () => {
    const { world, client } = await scene('http', 10_000);
    const made = form();
    await client.post('/api/echo', made);
    const [first, second] = texts(world);
    expect(second).toBe(first);
    expect(second).toContain(CHUNKS.join(''));
    expect(world.sends[1]?.headers['content-type']).toBe(made.getHeaders()['content-type']);
  });

  it('is sent with its length where that is known', async () => {
    const { world, client } = await scene('http', 10_000);
    const made = new FormDataOfNode();
    made.append('file', streamOfNode(), { filename: 'name.txt', knownLength: CHUNKS.join('').length });
    await client.post('/api/echo', made);
    const lengths = world.sends.map(({ bytes }) => String(bytes.length));
    expect(lengths).toHaveLength(2);
    expect(world.sends.map(({ headers }) => headers['content-length'])).toEqual(lengths);
  });

  it('is not where it is not', async () => {
    const { world, client } = await scene('http');
    expect(isHoldfastError(await failureOf(client.post('/api/echo', form())), 'not-replayable')).toBe(true);
    expect(texts(world)).toHaveLength(1);
  });

  it('fails as its stream fails', async () => {
    const { client } = await scene('http', 10_000);
    const made = new FormDataOfNode();
    const broken = new Readable({
      read() {
        this.destroy(new Error('no such file'));
      },
    });
    made.append('file', broken, { filename: 'name.txt' });
    expect(await failureOf(client.post('/api/echo', made))).toMatchObject({ message: 'no such file' });
  });
});
