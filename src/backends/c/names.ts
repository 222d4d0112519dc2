/** C names for the buffers of a plan: those of the plan where C allows, and never one that printed code has for something else. */
import { HELPER_NAMES } from './helpers.ts';

const KEYWORDS =
  'auto break case char const continue default do double else enum extern float for goto if inline int long register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while asm bool true false nullptr typeof main arena';

/** Types, standard functions and macros of the headers that a file includes. */
const STANDARD =
  /^(?:NAN|INFINITY|NULL|EOF|u?int\d+_t|size_t|ptrdiff_t|[fiu]\d+x\d+\w*|mem\w+|str\w+|_\w*|[A-Z_]+\d*)$/;

/** Functions of `math.h` are names of the whole program, whether it calls them or not. */
const MATHEMATICS =
  'acos asin atan atan2 cos sin tan acosh asinh atanh cosh sinh tanh exp exp2 expm1 frexp ilogb ldexp log log10 log1p log2 logb modf scalbn cbrt fabs hypot pow sqrt erf erfc lgamma tgamma ceil floor nearbyint rint lrint round lround trunc fmod remainder remquo copysign nan nextafter nexttoward fdim fmax fmin fma j0 j1 jn y0 y1 yn gamma signgam signbit isnan isinf abs index';

const RESERVED: ReadonlySet<string> = new Set([
  ...KEYWORDS.split(' '),
  ...MATHEMATICS.split(' ').flatMap((name) => [name, `${name}f`, `${name}l`]),
  ...HELPER_NAMES,
]);

/** Loop variables, turns and values of kernels. */
const LOCAL =
  /^(?:[i-z]|axis\d+|v\d+|turn\d*|sums?\d*|lane\d*|best\d*|found\d*|at\d*|where\d*|panels?|first|some|upper|tile|rows?|columns?|count\d*)$/;

/** One name per buffer. */
export function cNames(names: readonly string[], also: readonly string[] = []): string[] {
  const taken = new Set<string>(also);
  return names.map((name) => {
    const plain = name.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^(?=\d)/, '_');
    const clashes = RESERVED.has(plain) || LOCAL.test(plain) || STANDARD.test(plain);
    let made = clashes ? `${plain.replace(/^_+/, '')}_` : plain;
    if (!/^[A-Za-z]/.test(made)) made = `b${made}`;
    while (taken.has(made)) made += '_';
    taken.add(made);
    return made;
  });
}
