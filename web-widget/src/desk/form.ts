// One dialog for everything that needs a few words first.

export interface Field {
  name: string;
  label: string;
  kind: 'text' | 'long' | 'choice' | 'date' | 'time' | 'number' | 'check' | 'password';
  value?: string;
  choices?: { id: string; label: string }[];
  required?: boolean;
  max?: number; // characters
  hint?: string;
}

export type Values = Record<string, string>;

export interface Form {
  title: string;
  intro?: string;
  lines?: string[]; // what is about to be done, plainly
  fields: Field[];
  submit: string;
  careful?: boolean; // cannot be taken back
  failed?: string;
  run(values: Values): Promise<void>;
}

/** What was filled in; empty optional fields are left out. */
export function filled(fields: readonly Field[], data: FormData): Values {
  const out: Values = {};
  for (const f of fields) {
    const v = data.get(f.name);
    if (typeof v === 'string' && v.trim()) out[f.name] = v.trim();
  }
  return out;
}
