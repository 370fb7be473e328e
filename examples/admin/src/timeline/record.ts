import { getAdapter, type AxiosInstance } from 'axios';
import type { Session } from 'holdfast';
import type { Envelope } from '../session.js';
import { tell } from './own.js';

/**
 * Writes into the timeline what becomes of each request. The transport, beneath the guard, sees every send; above the
 * guard there is one answer; and that a request is held, the session tells by the tag which the request got here.
 */
export function recordRequests<T>(instance: AxiosInstance, session: Session<T>): void {
  const transport = getAdapter(instance.defaults.adapter);
  const sentOnce = new Set<string>();
  let lastTag = 0;

  instance.defaults.adapter = (config) => {
    const tag = config.session?.tag ?? '';
    tell({ type: sentOnce.has(tag) ? 'replayed' : 'sent', tag });
    sentOnce.add(tag);
    return transport(config);
  };

  instance.interceptors.request.use((config) => {
    const { tag = `request ${(lastTag += 1)}` } = config.session ?? {};
    config.session = { ...config.session, tag };
    tell({ type: 'begun', tag, label: `${(config.method ?? 'get').toUpperCase()} ${config.url}` });

    const guarded = getAdapter(config.adapter);
    config.adapter = async (sent) => {
      try {
        const response = await guarded(sent);
        const { errcode = 0 } = (response.data ?? {}) as Partial<Envelope>;
        tell({ type: errcode === 0 ? 'answered' : 'failed', tag });
        return response;
      } catch (error) {
        tell({ type: 'failed', tag });
        throw error;
      } finally {
        sentOnce.delete(tag);
      }
    };
    return config;
  });

  session.on('held', ({ tag = '' }) => tell({ type: 'held', tag }));
  session.on('refresh-started', () => tell({ type: 'refresh-started' }));
  session.on('refreshed', () => tell({ type: 'refreshed' }));
  session.on('adopted', () => tell({ type: 'adopted' }));
  session.on('refresh-failed', () => tell({ type: 'refresh-failed' }));
  session.on('ended', () => tell({ type: 'refresh-failed' }));
}
