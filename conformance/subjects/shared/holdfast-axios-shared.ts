import { subject as alone } from '../holdfast-axios.js';
import { sharing } from '../support/shared.js';

export const subject = sharing(alone);
