/** "1 argument", "2 arguments": for messages. */
export const count = (n: number): string => (n === 0 ? 'no arguments' : n === 1 ? '1 argument' : `${n} arguments`);
