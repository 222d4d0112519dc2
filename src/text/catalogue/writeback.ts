/** SU07xx: writing weights back, and certificates. */
import type { Entry } from '../problem.ts';

export const WRITEBACK = {
  'certificate-differs': {
    id: 'SU0701',
    severity: 'error',
    title: '{what} differs from the certificate',
    help: '{hint}',
  },
} as const satisfies Record<string, Entry>;
