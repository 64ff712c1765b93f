// One dialog for everything that needs a few words first.

export interface Field {
  name: string;
  label: string;
  kind: 'text' | 'long' | 'choice' | 'many' | 'range' | 'date' | 'time' | 'clock' | 'number' | 'check' | 'password';
  value?: string;
  choices?: { id: string; label: string }[];
  required?: boolean;
  max?: number; // characters
  hint?: string;
  only?: string; // for these of the kinds that can be chosen above, with spaces between
  half?: boolean; // beside its neighbour
  from?: string[]; // what could be typed, as proposals
  chosen?: [number, number] | undefined; // of a range: what is picked at first
  least?: number; // of a number
  most?: number;
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
  wrong?: string; // the field that the server named: "teams.care.hours"
  run(values: Values): Promise<void>;
}

/** Whether the server's complaint is about a field: the last part of the path is its name. */
export const complained = (f: Field, wrong: string | undefined): boolean => Boolean(wrong) && wrong?.split('.').at(-1) === f.name;

/** What was filled in, several choices with commas between; empty optional fields are left out. */
export function filled(fields: readonly Field[], data: FormData): Values {
  const out: Values = {};
  for (const f of fields) {
    if (f.kind === 'range') {
      out['from'] = String(data.get('from') ?? 0);
      out['to'] = String(data.get('to') ?? 0);
      continue;
    }
    const v = f.kind === 'many' ? data.getAll(f.name).join(',') : data.get(f.name);
    if (typeof v === 'string' && v.trim()) out[f.name] = v.trim();
  }
  return out;
}
