import { openDatabase } from '../../../support/database.js';
import { KEY } from './options.js';

/** What the library hears of changes on. */
const HINTS = `holdfast:${KEY}`;

/**
 * Listens for the hint on which the store shows another sign-in, and begins a read of its own at each, after the
 * library began one. `seen` resolves a turn after that read is done, to how many requests are then still open.
 */
export async function watchSignIn(open: () => number): Promise<{ seen: Promise<number> }> {
  const database = await openDatabase();
  const read = async (): Promise<{ record: { epoch: number } }> => {
    const transaction = database.transaction('records');
    const request = transaction.objectStore('records').get(KEY);
    await new Promise((resolve) => transaction.addEventListener('complete', resolve));
    return request.result as { record: { epoch: number } };
  };
  const { epoch } = (await read()).record;
  const channel = new BroadcastChannel(HINTS);
  const seen = new Promise<number>((resolve) => {
    channel.addEventListener('message', () => {
      void read().then(({ record }) => {
        if (record.epoch !== epoch) setTimeout(() => resolve(open()));
      });
    });
  });
  void seen.finally(() => {
    channel.close();
    database.close();
  });
  return { seen };
}
