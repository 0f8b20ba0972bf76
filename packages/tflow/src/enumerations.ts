/** A member of one of Python's enumerations. */
export class EnumMember {
  readonly name: string;
  readonly value: number;
  private readonly of: string;
  constructor(of: string, name: string, value: number) {
    this.of = of;
    this.name = name;
    this.value = value;
  }
  toString(): string {
    return `${this.of}.${this.name}`;
  }
  __str__(): string {
    return this.toString();
  }
  __repr__(): string {
    return `<${this.of}.${this.name}: ${this.value}>`;
  }
  __hash__(): number {
    return this.value;
  }
}
// a class, as an enumeration is one in Python
const enumeration = <K extends string>(of: string, names: readonly K[]): Readonly<Record<K, EnumMember>> =>
  Object.assign(
    class {},
    Object.fromEntries(names.map((name, i) => [name, new EnumMember(of, name, i)])),
  ) as unknown as Record<K, EnumMember>;

/** How a variable that lies on several devices is kept alike. */
export const VariableSynchronization = enumeration('VariableSynchronization', ['AUTO', 'NONE', 'ON_WRITE', 'ON_READ']);
/** How the values of such a variable are brought together. */
const aggregations = ['NONE', 'SUM', 'MEAN', 'ONLY_FIRST_REPLICA'] as const;
export const VariableAggregation = enumeration('VariableAggregationV2', aggregations);
/** The one that variables have which were told none. */
export const noAggregation = enumeration('VariableAggregation', aggregations).NONE;
/** How gradients are added up; every way gives the same sum here. */
export class AggregationMethod {
  static readonly ADD_N = 0;
  static readonly DEFAULT = 0;
  static readonly EXPERIMENTAL_TREE = 1;
  static readonly EXPERIMENTAL_ACCUMULATE_N = 2;
}
