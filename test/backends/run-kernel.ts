/** Runs one scalar kernel as WebAssembly, for tests that hold it against the evaluator. */
import type { Code, Local } from '../../src/backends/wasm/code.ts';
import { moduleBuilder } from '../../src/backends/wasm/encode.ts';
import { exprPrinter, type Mode } from '../../src/backends/wasm/expr.ts';
import { instantiate, newMemory, PAGE } from '../../src/backends/wasm/host.ts';
import type { Expr } from '../../src/kernel/expr.ts';
import { must } from '../../src/text/result.ts';

const LENGTH = 65536;

function kernelLoop(code: Code, mode: Mode, root: Expr, argCount: number): void {
  const at = code.local('i32');
  const step = mode === 'lanes' ? 16 : 4;
  code.loop(() => {
    code.get(at);
    exprPrinter(code, mode, [root], (index) => {
      code.get(at);
      code.memory(mode === 'lanes' ? 'v128.load' : 'f32.load', index * LENGTH * 4);
    }).push(root);
    code.memory(mode === 'lanes' ? 'v128.store' : 'f32.store', argCount * LENGTH * 4);
    code.get(at);
    code.i32(step);
    code.op('i32.add');
    code.tee(at);
    code.i32(LENGTH * 4);
    code.op('i32.lt_u');
    code.brIf(0);
  });
}

/** The results of a kernel on arguments of 65,536 numbers each. */
export function runWasm(mode: Mode, root: Expr, args: readonly Float32Array[]): Float32Array {
  const memory = must(newMemory((args.length + 1) * LENGTH * 4));
  const floats = new Float32Array(memory.buffer);
  for (const [i, a] of args.entries()) floats.set(a, i * LENGTH);
  const m = moduleBuilder();
  m.importMemory('host', 'memory', { least: memory.buffer.byteLength / PAGE });
  const run = m.function({ params: [], results: [] }, (code, _: readonly Local[]) =>
    kernelLoop(code, mode, root, args.length),
  );
  m.exportFunction('run', run);
  instantiate(m.finish(), { host: { memory } }).run?.();
  return floats.slice(args.length * LENGTH, (args.length + 1) * LENGTH);
}
