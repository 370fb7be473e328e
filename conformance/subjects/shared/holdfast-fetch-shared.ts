import { subject as alone } from '../holdfast-fetch.js';
import { sharing } from '../support/shared.js';

export const subject = sharing(alone);
