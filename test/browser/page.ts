/** The page of the browser tests: does the work that `job.json` names, and posts the hashes. */
import {
  type BuiltModel,
  elementaryWork,
  examplesWork,
  graphsWork,
  type Hashes,
  modelWork,
  programsWork,
} from './work.ts';

export interface Job {
  readonly programs: readonly string[];
  /** Paths of the programs' files. */
  readonly files: readonly string[];
  readonly graphs: number;
  readonly randomPrograms: number;
  readonly chunks: number;
  /** Folders of built models, with the inputs they take. */
  readonly models: readonly {
    readonly folder: string;
    readonly name: string;
    readonly subject: Parameters<typeof modelWork>[0];
  }[];
}

/** The few things of a page that are used here. */
declare const document: { title: string };
declare function fetch(
  url: string,
  options?: { method: string; body: string },
): Promise<{ json(): Promise<unknown>; arrayBuffer(): Promise<ArrayBuffer> }>;

async function main(): Promise<Hashes> {
  const job = (await (await fetch('/job.json')).json()) as Job;
  const files = new Map<string, Uint8Array>();
  for (const path of job.files) files.set(path, new Uint8Array(await (await fetch(`/files/${path}`)).arrayBuffer()));
  const models: Hashes = {};
  for (const { folder, name, subject } of job.models) {
    const { load } = (await import(`/${folder}/model.js`)) as { load(): Promise<BuiltModel> };
    models[`model ${name}`] = modelWork(subject, await load());
  }
  return {
    ...models,
    ...examplesWork(job.programs, { read: (path) => files.get(path) }),
    ...graphsWork(job.graphs),
    ...programsWork(job.randomPrograms),
    ...elementaryWork(job.chunks),
  };
}

const answer = await main().catch((error: unknown) => ({ failed: String((error as Error).stack) }));
document.title = 'done';
await fetch('/done', { method: 'POST', body: JSON.stringify(answer) });
