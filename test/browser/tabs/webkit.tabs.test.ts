import { launchWebkit, webkitLacks } from '../engines/webkit.js';
import { runEvery } from './run.js';

runEvery('webkit', webkitLacks, launchWebkit);
