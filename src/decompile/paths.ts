/** Paths as programs write them: with `/`, relative to the file that names them. Pure text; the host reads them. */

/** `../std/a.su` seen from `examples/iris/iris.su` is `examples/std/a.su`. Absolute paths stay. */
export function joinPath(from: string, path: string): string {
  if (/^(?:[A-Za-z]:)?[\\/]/.test(path)) return path;
  const folder = folderOf(from);
  const parts: string[] = [];
  for (const part of `${folder}${path}`.split(/[\\/]/)) {
    const last = parts[parts.length - 1];
    if (part === '.' || (part === '' && parts.length > 0)) continue;
    if (part === '..' && last !== undefined && last !== '..' && last !== '') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

/** The folder with its slash, or nothing. */
export const folderOf = (path: string): string => /^.*[\\/]/.exec(path)?.[0] ?? '';

/** `iris` of `examples/iris.su`. */
export const stemOf = (path: string): string => path.slice(folderOf(path).length).replace(/\.su$/, '');

/** The weights file beside a program: its name as the program writes it. */
export const weightsFileOf = (program: string): string => `${stemOf(program)}.safetensors`;
