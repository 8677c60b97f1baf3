export const importFiles = undefined as never;
