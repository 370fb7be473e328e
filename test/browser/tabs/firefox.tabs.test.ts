import { launchFirefox, firefoxLacks } from '../engines/firefox.js';
import { runEvery } from './run.js';

runEvery('firefox', firefoxLacks, launchFirefox);
