/** A value to be told, not changed: readonly all the way down, so that frozen and mutable ones both fit. */
export type Told<T> = T extends readonly (infer Item)[]
  ? readonly Told<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Told<T[Key]> }
    : T;
