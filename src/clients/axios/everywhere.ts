import { bytesOfForm } from './node/forms.js';
import { conceal, concealAgents, onFailingUpload } from './node/http.js';
import { redirected } from './node/redirects.js';
import type { Platform } from './platform.js';

/** All that this client has: it need not be known where it runs. */
export const EVERYWHERE: Platform = {
  http: { conceal, concealAgents, onFailingUpload, bytesOfForm },
  redirected,
};
