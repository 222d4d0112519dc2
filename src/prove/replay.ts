/** A certified property of a program, replayed: its questions made anew and its proofs checked, or decided again where it was shown without bounds. */
import type { Backend } from '../backends/backend.ts';
import type { LoweredProperty, Program } from '../lower/program.ts';
import { randomStream } from '../num/random.ts';
import { type CertifiedProperty, type Replayed, replayed } from './proof-certificate.ts';
import { type ProofKind, proveProperty } from './property.ts';
import { questionsOfProperty } from './property-questions.ts';
import type { ProveOptions } from './prove.ts';

const refused = (why: string): Replayed => ({ ok: false, why });

/** `backend` runs what is decided again. */
export function replayProperty(certified: CertifiedProperty, program: Program, backend: Backend): Replayed {
  const [property, ...more] = program.properties.filter((p) => p.title === certified.title);
  if (!property || more.length > 0) return refused('the program has not one property of this title');
  if (property.problems.length > 0) return refused('the property is in error');
  const params = new Map(program.params.map((p) => [p.name, p.value]));
  if (certified.by !== 'bounds')
    return decidedAgain(certified, property, params, { backend, random: randomStream(0, 0).uniform });
  const asked = questionsOfProperty(property, params);
  if (!asked) return refused('the property is too large');
  const beyond = certified.tiers.filter((tier) => !asked.tiers.includes(tier));
  return beyond.length > 0
    ? refused(`it cannot be shown for ${beyond.join(' ')}`)
    : replayed(certified, asked.questions);
}

/** What has an end of its own. */
const AT_ONCE: readonly ProofKind[] = ['cases', 'machine', 'induction'];

function decidedAgain(
  { by, tiers }: CertifiedProperty,
  property: LoweredProperty,
  params: ReadonlyMap<string, Float32Array>,
  options: Pick<ProveOptions, 'backend' | 'random'>,
): Replayed {
  const goOn: ProveOptions['goOn'] = ({ stage, boxes }) => AT_ONCE.includes(by) || stage === 'attack' || boxes === 0;
  const found = proveProperty(property, params, { ...options, goOn });
  if (!found.ok) return refused('it cannot be decided');
  const { verdict, kind, tiers: shown } = found.value;
  if (verdict !== 'proved' || kind !== by) return refused(`it is not shown by ${by}: ${verdict}`);
  const more = tiers.filter((tier) => !shown.includes(tier));
  return more.length > 0 ? refused(`it is not shown for ${more.join(' ')}`) : { ok: true, tiers, leaves: 0 };
}
