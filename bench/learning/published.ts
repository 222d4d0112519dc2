/**
 * The best published figures, to stand beside ours. Of the 62 tasks: which were solved by MIPS (32) and by GPT-4 (30), by the table of results that
 * the authors of arXiv 2402.05110 published with it. Transformer Programs: their released programs, run over whole domains. MONK: as in the file of each row.
 */
const MIPS_SOLVED: ReadonlySet<string> = new Set([
  ...['binary_addition', 'bitwise_xor', 'bitwise_or', 'bitwise_and', 'bitwise_not'],
  ...[
    'parity_last2',
    'parity_last3',
    'parity_all',
    'parity_zeros',
    'bit_shift_right',
    'bit_dot_prod_mod2',
    'add_mod_3',
  ],
  ...['sum_all', 'sum_last2', 'sum_last3', 'sum_last4', 'sum_last5', 'sum_last6', 'sum_last7'],
  ...['current_number', 'prev1', 'prev2', 'prev3', 'prev4', 'prev5', 'previous_equals_current'],
  ...['diff_last2', 'abs_diff', 'abs_current', 'newton_freebody', 'newton_gravity', 'newton_spring'],
]);

const GPT4_SOLVED: ReadonlySet<string> = new Set([
  ...['base_6_addition', 'bitwise_xor', 'bitwise_or', 'bitwise_and', 'bitwise_not', 'parity_last2', 'parity_bits_mod2'],
  ...['sum_all', 'sum_last4', 'sum_last5', 'sum_last6', 'sum_last7', 'current_number', 'prev1', 'prev2', 'prev3'],
  ...['prev4', 'prev5', 'abs_current', 'diff_abs_values', 'min_seen', 'max_seen', 'majority_0_1', 'evens_detector'],
  ...['bit_palindrome', 'alternating_last4', 'bit_shift_right', 'div_3', 'add_mod_3', 'dithering'],
]);

/** Which of the two solved a task of the list. */
export function publishedMips(name: string): string {
  const by = [MIPS_SOLVED.has(name) ? 'MIPS' : '', GPT4_SOLVED.has(name) ? 'GPT-4' : ''].filter((s) => s !== '');
  return by.length > 0 ? by.join(', ') : 'none';
}

export const PUBLISHED_COUNTS = { mips: MIPS_SOLVED.size, gpt4: GPT4_SOLVED.size };

/** Of 432 robots: difflogic's accuracies. */
export const PUBLISHED_MONK: Readonly<Record<string, string>> = {
  monk_1: 'difflogic 100 %',
  monk_2: 'difflogic 90.9 %',
  monk_3: 'difflogic 97.7 %',
};
