import { launchChromium, chromiumLacks } from '../engines/chromium.js';
import { runEvery } from './run.js';

runEvery('chromium', chromiumLacks, launchChromium);
