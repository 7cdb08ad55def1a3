declare const rules: { readonly forbidden: readonly unknown[]; readonly options: Readonly<Record<string, unknown>> };
export default rules;
