/** Names in C and C++: those of the source, and another where these languages have a use for the word. */

const WORDS =
  'alignas alignof and and_eq asm auto bitand bitor bool break case catch char class compl concept const const_cast constexpr continue decltype default delete do double dynamic_cast else enum explicit export extern false float for friend goto if inline int long mutable namespace new noexcept not not_eq nullptr operator or or_eq private protected public register reinterpret_cast requires restrict return short signed sizeof static static_assert static_cast struct switch template this thread_local throw true try typedef typeid typename typeof union unsigned using virtual void volatile wchar_t while xor xor_eq main I unix linux errno';

const RESERVED: ReadonlySet<string> = new Set(WORDS.split(' '));

/** A field, or the beginning of all names of a model. */
export const cName = (name: string): string =>
  RESERVED.has(name) || name.startsWith('_') ? `x${name.replace(/^_*/, '_')}` : name;
