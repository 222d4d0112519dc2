/** `sutra import MODEL.onnx -o FILE.su`: another word for `sutra decompile MODEL.onnx -o FILE.su`. */
import type { Verb } from '../main.ts';
import { decompileModel } from './decompile.ts';

export const verb: Verb<'import'> = async ({ args: [model = ''], options }, session) =>
  decompileModel(model, options.out, session);
